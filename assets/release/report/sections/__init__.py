"""SingleRow module a question: what is asked of the release, which finding is true of the answer, and how it is drawn."""
