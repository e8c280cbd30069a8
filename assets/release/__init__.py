"""Summary tables leave the warehouse: protected, built beside, audited as written, switched in one rename."""
