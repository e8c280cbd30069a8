"""The report of a release: one page for directors and governors, in Bahasa Indonesia and English.

`reader` asks the release's own tables, `language` writes numbers and sentences, `charts` draws, `sections/` has one module
a question, `page` puts them together. Nothing here computes a figure that SQL over the release would not give.
"""
