"""Refuse text files that contain no table: web pages, XML, JSON, PDF and RTF, which programs name .csv or .xls too.

Belongs here: recognising them by their first bytes. Not here: workbooks (`workbook`), missing columns (`header`).
"""

from assets.errors import FileRejected
from assets.ingest.readers.encodings import BOM
from schemas.refusals import OTHER_DOCUMENT
from schemas.texts import Text

_DOCUMENTS = {
    b"%PDF": Text("a PDF document", "dokumen PDF"),
    b"{\\rtf": Text("a document (RTF)", "dokumen (RTF)"),
    b"<": Text("a web page or XML", "halaman web atau XML"),
    b"{": Text("JSON", "JSON"),
    b"[": Text("JSON", "JSON"),
}


def refuse_documents(start: bytes) -> None:
    """Raises FileRejected if the content that begins so is such a document."""
    begin = start.removeprefix(BOM).lstrip()
    if document := next((name for magic, name in _DOCUMENTS.items() if begin.startswith(magic)), None):
        raise FileRejected(OTHER_DOCUMENT, document=document)
