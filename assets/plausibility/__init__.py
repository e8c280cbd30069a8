"""The delivery of a month judged as a whole: its measures, compared with limits and with the months before.

Belongs here: measures, findings, and which of them hold a release. Not here: rules of single rows (`schemas`), holding the release
(`assets/release`).
"""
