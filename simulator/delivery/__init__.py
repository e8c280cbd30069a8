"""Files, manifest and ledger of a simulated month. What the rows contain is decided in the other rooms."""
