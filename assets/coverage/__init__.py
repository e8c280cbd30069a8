"""Coverage and what is derived from it: a folder a question, one `.sql` file a summary table, run on DuckDB."""
