"""Ingestion: delivered extracts become typed, validated, pseudonymised tables; rejected rows are kept with the rules they break."""
