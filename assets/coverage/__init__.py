"""Coverage and what is derived from it: one `.sql` file a summary table, run on DuckDB."""
