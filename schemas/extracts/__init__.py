"""The extracts: what a delivery may hold, one module per extract; `catalogue` lists them all."""
