"""The reasons and remedies of the rules that follow from the declaration of a field or of a table.

Belongs here: their texts in both languages, with placeholders. Not here: which rules a table has (`tables`), rules of one extract
(the module of the extract).
"""

from schemas.texts import Text

ROW_STRUCTURE = "row_structure"
ROW_TOTAL = "row_total"
ROW_MERGED = "row_merged"
ROW_COUNTS = "row_counts"
LINE_RULES = (ROW_STRUCTURE, ROW_TOTAL, ROW_MERGED)  # rules about a line, before it is a row

# name of the rule → reason, remedy
LINES = {
    ROW_STRUCTURE: (
        Text(
            "every line must have as many cells as the header", "setiap baris harus memiliki sel sebanyak judul kolom"
        ),
        Text(
            "correct the line in the file, then deliver the file again",
            "perbaiki baris itu, lalu kirim ulang berkasnya",
        ),
    ),
    ROW_TOTAL: (
        Text(
            "a line must be a row of the table, not a total, a title or a note",
            "baris harus berupa isi tabel, bukan jumlah, judul, atau catatan",
        ),
        Text("delete the line from the file", "hapus baris itu dari berkas"),
    ),
    ROW_MERGED: (
        Text("cells must not be merged", "sel tidak boleh digabung"),
        Text("unmerge the cells and fill in each of them", "pisahkan sel itu dan isi setiap sel"),
    ),
}
STATUS = (
    Text(
        "the status of the row must not be that of a record without effect (code list: row_statuses)",
        "status baris tidak boleh menyatakan bahwa data tidak berlaku (daftar kode: row_statuses)",
    ),
    Text("delete the row, or correct its status", "hapus baris itu, atau perbaiki statusnya"),
)
CONFLICT = (
    Text("rows with the same {key} must be identical", "baris dengan {key} yang sama harus sama seluruhnya"),
    Text("keep the correct row only", "sisakan baris yang benar saja"),
)
PRESENT = (Text("`{field}` must be filled in", "`{field}` harus diisi"), Text("fill in `{field}`", "isi `{field}`"))
READABLE = (
    Text("`{field}` must be {expected}", "`{field}` harus berupa {expected}"),
    Text("correct `{field}`", "perbaiki `{field}`"),
)
INTACT = (
    Text(
        "`{field}` must be stored as text: a spreadsheet stored it as a number and changed it",
        "`{field}` harus disimpan sebagai teks: program lembar kerja menyimpannya sebagai angka dan mengubahnya",
    ),
    Text(
        "format the column `{field}` as text before saving, then deliver the file again",
        "atur kolom `{field}` sebagai teks sebelum menyimpan, lalu kirim ulang berkasnya",
    ),
)
CODE_LIST = Text("{expected} (code list: {codes})", "{expected} (daftar kode: {codes})")
SIZED = Text("{expected}, {width} characters", "{expected}, {width} karakter")
EXPECTED = {
    "text": Text("text", "teks"),
    "identifier": Text("letters and digits, as text", "huruf dan angka, sebagai teks"),
    "nik": Text("digits, as text", "angka, sebagai teks"),
    "code": Text("a code", "kode"),
    "region": Text("a regency code", "kode kabupaten/kota"),
    "area": Text("a province or regency code", "kode provinsi atau kabupaten/kota"),
    "kbli": Text("a KBLI code of five digits", "kode KBLI lima angka"),
    "flag": Text("yes or no", "ya atau tidak"),
    "list": Text("a list of codes", "daftar kode"),
    "date": Text("a date", "tanggal"),
    "month": Text("a month", "bulan"),
    "count": Text("a whole number", "bilangan bulat"),
    "number": Text("a number", "angka"),
    "percent": Text("a number in percent", "angka dalam persen"),
}  # kind of a field → its text in a cell, for people
