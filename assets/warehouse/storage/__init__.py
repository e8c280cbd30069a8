"""Where the months of tables stand: a local folder, or a bucket of an object store. Not: what is in them."""
