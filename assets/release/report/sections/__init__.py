"""One module per question: the query of the release, the finding of its result, and how it is drawn."""
