"""Landed extracts become typed, validated, pseudonymised tables; what cannot be accepted is kept with its reasons."""
