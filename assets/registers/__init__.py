"""One row a person a month, and the counts that every coverage figure is summed from."""
