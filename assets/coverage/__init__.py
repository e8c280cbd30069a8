"""The summary tables: one folder per question, one `.sql` file per summary table and working table."""
