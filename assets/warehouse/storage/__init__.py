"""The storage of months of tables: a local folder, or a bucket of an object store. Not here: their content."""
