"""Persons: how many, in which regency, who enters, leaves and pauses, and what each person is. No extract rows."""
