"""The reasons why a file is refused as a whole: what is wrong and how to correct it, in both languages.

Belongs here: a reason with its texts. Not here: finding it (`assets/ingest`), rules about single rows (`tables`, `extracts`).
"""

from dataclasses import dataclass

from schemas.texts import Text

_SEND_AGAIN = Text("send it again, or leave it out", "kirim ulang, atau jangan disertakan")
_SAVE_AS = Text("save it as .xlsx or CSV", "simpan sebagai .xlsx atau CSV")
_SAVE_AS_AND_SEND = Text(
    "save it as .xlsx or CSV, and send it again", "simpan sebagai .xlsx atau CSV, lalu kirim ulang"
)
_SAVE_AS_CSV = Text("save the table as CSV in UTF-8", "simpan tabel sebagai CSV dengan UTF-8")
_REPORT = Text(
    "save the table as CSV in UTF-8; if that does not help, report this line",
    "simpan tabel sebagai CSV dengan UTF-8; jika tidak berhasil, laporkan baris pesan ini",
)
_ONE_ORDER = Text("write every {what} as {example}", "tulis setiap {what} sebagai {example}")
_DATES = _ONE_ORDER.filled(what=Text("date", "tanggal"), example="2024-12-31")
_MONTHS = _ONE_ORDER.filled(what=Text("month", "bulan"), example="2024-12")
_NO_MARKS = Text(
    "write the numbers without thousands marks, as 1250 or 1250.5",
    "tulis angka tanpa tanda ribuan, misalnya 1250 atau 1250.5",
)
_YES_NO = Text("write Y and N", "tulis Y dan N")
_LETTERS = Text("write L and P", "tulis L dan P")
_SCHEMES = Text(
    "add a column region_scheme with kemendagri_2025, kemendagri_2020, bps_2022 or bps_2020",
    "tambahkan kolom region_scheme berisi kemendagri_2025, kemendagri_2020, bps_2022, atau bps_2020",
)
_UNITS = Text(
    "use ORANG, RIBU ORANG, RUPIAH, JUTA RUPIAH (list delivery_units)",
    "gunakan ORANG, RIBU ORANG, RUPIAH, JUTA RUPIAH (daftar delivery_units)",
)


@dataclass(frozen=True)
class Refusal:
    """A reason to refuse a file. `code`: the short name for counting; several reasons may share one.

    `problem` and `remedy` may have placeholders for details: headers, counts and row numbers, never a value of a cell.
    """

    code: str
    problem: Text
    remedy: Text

    def message(self, **details: str | int | Text) -> Text:
        """The problem and the remedy in one line, with the details."""
        return Text(f"{self.problem.en}: {self.remedy.en}", f"{self.problem.id}: {self.remedy.id}").filled(**details)


# fmt: off
EMPTY = Refusal("empty", Text("the file is empty", "berkas kosong"), _SEND_AGAIN)
NO_ROWS = Refusal("no_rows", Text("the file has a header but no rows", "berkas hanya berisi judul kolom, tanpa baris"),
    _SEND_AGAIN)
TRUNCATED = Refusal("truncated", Text("the compressed file ends too early or is damaged",
    "berkas terkompresi terpotong atau rusak"), Text("send it again", "kirim ulang"))
WRONG_EXTENSION = Refusal("wrong_extension",
    Text("the content is {content}, but the name ends as for {named}", "isinya {content}, tetapi akhiran namanya untuk {named}"),
    Text("rename the file", "ganti nama berkas"))
UNKNOWN_FORMAT = Refusal("unknown_format",
    Text("the ending {ending} is not one of {known}", "akhiran {ending} tidak termasuk {known}"), _SAVE_AS)
OTHER_WORKBOOK = Refusal("unknown_format", Text("the content is {format}", "isinya {format}"), _SAVE_AS)
ZIP_ARCHIVE = Refusal("unknown_format",
    Text("the content is a zip archive, not a workbook", "isinya arsip zip, bukan buku kerja"),
    Text("extract the table, save it as .xlsx or CSV", "ekstrak tabelnya, simpan sebagai .xlsx atau CSV"))
OLD_SPREADSHEET = Refusal("old_spreadsheet",
    Text("an office file of before 2007 (.xls)", "berkas Office sebelum 2007 (.xls)"), _SAVE_AS)
PASSWORD = Refusal("password", Text("the workbook has a password", "buku kerja memakai kata sandi"),
    Text("save it without one, and send it another safe way", "simpan tanpa kata sandi, dan kirim lewat cara lain yang aman"))
BINARY = Refusal("binary", Text("the content is not text", "isinya bukan teks"), _SAVE_AS_CSV)
NOT_OPENED = Refusal("unreadable", Text("the file cannot be opened", "berkas tidak dapat dibuka"),
    Text("give this user the right to read it", "beri pengguna ini hak membacanya"))
UNREADABLE_CONTENT = Refusal("unreadable",
    Text("the content cannot be read ({position})", "isinya tidak dapat dibaca ({position})"), _REPORT)
CRASHED = Refusal("unreadable",
    Text("a library crashed while it read the file", "program pembaca berhenti saat membaca berkas"), _REPORT)
DAMAGED_TEXT = Refusal("unreadable", Text("the text is damaged ({encoding})", "teksnya rusak ({encoding})"), _SAVE_AS_CSV)
DAMAGED_WORKBOOK = Refusal("unreadable",
    Text("the workbook is damaged or cut short", "buku kerja rusak atau terpotong"), _SAVE_AS_AND_SEND)
DAMAGED_PARQUET = Refusal("unreadable",
    Text("the Parquet file is damaged or incomplete", "berkas Parquet rusak atau tidak lengkap"),
    Text("write it again and send it again", "tulis ulang dan kirim ulang"))
LINE_TOO_LONG = Refusal("line_too_long", Text("a line exceeds 64 MB", "satu baris melebihi 64 MB"),
    Text("the file is not a table of rows", "berkas bukan tabel berisi baris"))
UNPACKED_TOO_LARGE = Refusal("too_large",
    Text("the workbook has more than 2 GB when unpacked", "buku kerja melebihi 2 GB setelah diekstrak"),
    Text("send the table as CSV or Parquet", "kirim tabel sebagai CSV atau Parquet"))
FAR_CELL = Refusal("too_large",
    Text("a cell in row {row} or column {column} is far from the table",
         "satu sel pada baris {row} atau kolom {column} jauh dari tabel"),
    Text("delete the rows below the table and the columns beside it", "hapus baris di bawah tabel dan kolom di sampingnya"))
TWO_SHEETS = Refusal("two_sheets", Text("{sheets} sheets look like {extract}", "{sheets} lembar tampak sebagai {extract}"),
    Text("keep one sheet per file", "sisakan satu lembar untuk satu berkas"))
HIDDEN_SHEET = Refusal("hidden_sheet",
    Text("the sheet that looks like {extract} is hidden", "lembar yang tampak sebagai {extract} disembunyikan"),
    Text("unhide it, or send it alone", "tampilkan lembar itu, atau kirim tersendiri"))
NO_SHEET = Refusal("missing_column",
    Text("no sheet has the columns of {extract} in one of its first {rows} rows",
         "tidak ada lembar dengan kolom {extract} pada {rows} baris pertamanya"),
    Text("write the header above the rows", "tulis judul kolom di atas isi tabel"))
UNCOMPUTED = Refusal("uncomputed",
    Text("{cells} cells are formulas without a value, the first in row {row}",
         "{cells} sel berupa rumus tanpa nilai, yang pertama pada baris {row}"),
    Text("open the workbook in a spreadsheet program, save it, send it again",
         "buka buku kerja di program lembar kerja, simpan, kirim ulang"))
OTHER_DOCUMENT = Refusal("unknown_format", Text("the content is {document}", "isinya berupa {document}"),
    Text("open it in a spreadsheet program and save the table as .xlsx or CSV",
         "buka dengan program lembar kerja, lalu simpan tabelnya sebagai .xlsx atau CSV"))
SEPARATOR = Refusal("separator", Text("every line is one cell", "setiap baris hanya satu sel"),
    Text("separate the cells with a comma, semicolon, tab or bar, and do not quote whole lines",
         "pisahkan sel dengan koma, titik koma, tab, atau garis tegak, dan jangan beri tanda kutip pada seluruh baris"))
UNKNOWN_COLUMN = Refusal("unknown_column", Text("{extract} has no column {columns}", "{extract} tidak memiliki kolom {columns}"),
    Text("leave it out, or first add up the rows that it divides", "hapus kolom itu, atau jumlahkan dahulu baris yang dipecahnya"))
MISSING_COLUMN = Refusal("missing_column", Text("no column {columns}", "tidak ada kolom {columns}"),
    Text("name them as the contract of {extract} does", "beri nama seperti dalam kontrak {extract}"))
DUPLICATE_HEADER = Refusal("duplicate_header",
    Text("two columns could be {field}: “{first}” and “{second}”", "dua kolom dapat berarti {field}: “{first}” dan “{second}”"),
    Text("keep one of them", "sisakan salah satunya"))
COLUMN_TYPE = Refusal("column_type", Text("the column {column} is of type {type}", "kolom {column} bertipe {type}"),
    Text("store it as text, number, day or boolean", "simpan sebagai teks, angka, tanggal, atau boolean"))
COLUMN_ZONE = Refusal("column_type",
    Text("the column {column} has times of an unknown zone", "kolom {column} memuat waktu dengan zona tidak dikenal"),
    Text("store days or text", "simpan sebagai tanggal atau teks"))
COLUMN_BYTES = Refusal("column_type",
    Text("the column {column} contains bytes that are not UTF-8", "kolom {column} memuat bita yang bukan UTF-8"),
    Text("store it as text", "simpan sebagai teks"))
COLUMN_DIGITS = Refusal("column_type",
    Text("the column {column} has numbers of more than {digits} digits", "kolom {column} memuat angka lebih dari {digits} digit"),
    Text("store it as text", "simpan sebagai teks"))
MIXED_SCHEMES = Refusal("region_scheme",
    Text("{field}: the column mixes codes of several schemes, and no scheme is named",
         "{field}: kolom mencampur kode dari beberapa skema, dan skemanya tidak disebut"), _SCHEMES)
DOUBTFUL_SCHEME = Refusal("region_scheme",
    Text("{field}: codes that mean other regions in {schemes}, and no scheme is named",
         "{field}: kode yang berarti wilayah lain dalam {schemes}, dan skemanya tidak disebut"), _SCHEMES)
UNKNOWN_UNIT = Refusal("unit",
    Text("the column {column} ({headers}) names a unit that is not known, or leaves it out",
         "kolom {column} ({headers}) menyebut satuan yang tidak dikenal, atau mengosongkannya"), _UNITS)
UNFIT_UNIT = Refusal("unit",
    Text("the column {column} ({headers}) names a unit that no column of {extract} has",
         "kolom {column} ({headers}) menyebut satuan yang tidak dimiliki kolom {extract} mana pun"), _UNITS)
OTHER_CURRENCY = Refusal("unit",
    Text("the column {column} ({headers}) names another currency in {rows} rows",
         "kolom {column} ({headers}) menyebut mata uang lain pada {rows} baris"),
    Text("convert the amounts to IDR", "ubah nilainya menjadi rupiah"))
TITLE_UNIT = Refusal("unit",
    Text("a title above the table names a unit ({unit}), and not of which column",
         "judul di atas tabel menyebut satuan ({unit}), tetapi tidak menyebut kolomnya"),
    Text("name it in the headers", "tuliskan satuan itu pada judul kolom"))
TITLE_PERIOD = Refusal("other_period",
    Text("a title above the table names another month than the reported month {month}",
         "judul di atas tabel menyebut bulan yang berbeda dari bulan laporan {month}"),
    Text("correct it, or deliver the file with its month", "perbaiki, atau kirim berkas bersama bulannya"))
OTHER_PERIOD = Refusal("other_period",
    Text("the column {column} ({headers}) gives another {kind} than {expected} in {rows} rows",
         "kolom {column} ({headers}) menyebut {kind} yang berbeda dari {expected} pada {rows} baris"),
    Text("correct it, or deliver these rows with their month", "perbaiki, atau kirim baris itu bersama bulannya"))
DATES_AND_SERIALS = Refusal("doubtful_column",
    Text("{field}: {serials} cells are day numbers of a spreadsheet and {dates} are dates",
         "{field}: {serials} sel berupa nomor hari lembar kerja dan {dates} berupa tanggal"), _DATES)
DATE_ORDERS = Refusal("doubtful_column",
    Text("{field}: {first} cells are day-month-year and {second} are month-day-year",
         "{field}: {first} sel berupa hari-bulan-tahun dan {second} berupa bulan-hari-tahun"), _DATES)
CONVERTED_DATES = Refusal("doubtful_column",
    Text("{field}: a program converted only the dates that it could read month first",
         "{field}: suatu program hanya mengubah tanggal yang dapat dibacanya dengan bulan di depan"), _DATES)
DOUBTFUL_DATES = Refusal("doubtful_column",
    Text("{field}: {cells} cells could be day-month-year or month-day-year",
         "{field}: {cells} sel dapat berarti hari-bulan-tahun atau bulan-hari-tahun"), _DATES)
MONTHS_AND_SERIALS = Refusal("doubtful_column",
    Text("{field}: {serials} cells are day numbers of a spreadsheet and {months} are months",
         "{field}: {serials} sel berupa nomor hari lembar kerja dan {months} berupa bulan"), _MONTHS)
MONTH_NUMBERS = Refusal("doubtful_column",
    Text("{field}: {months} cells are months written as a number and {serials} day numbers of a spreadsheet",
         "{field}: {months} sel berupa bulan yang ditulis sebagai angka dan {serials} nomor hari lembar kerja"), _MONTHS)
DECIMAL_MARKS = Refusal("doubtful_column",
    Text("{field}: {points} cells have a decimal point and {commas} a decimal comma",
         "{field}: {points} sel memakai titik desimal dan {commas} memakai koma desimal"), _NO_MARKS)
THOUSANDS_MARKS = Refusal("doubtful_column",
    Text("{field}: {points} cells have a point before three digits and {commas} a comma",
         "{field}: {points} sel memakai titik sebelum tiga angka dan {commas} memakai koma"), _NO_MARKS)
DOUBTFUL_MARKS = Refusal("doubtful_column",
    Text("{field}: {cells} cells could have a decimal mark or a thousands mark before three digits",
         "{field}: {cells} sel dapat memuat tanda desimal atau tanda ribuan sebelum tiga angka"), _NO_MARKS)
FLAG_LETTERS = Refusal("doubtful_column",
    Text("{field}: T occurs with {yes} cells of true or false and {no} of Y",
         "{field}: T muncul bersama {yes} sel benar atau salah dan {no} sel Y"), _YES_NO)
DOUBTFUL_FLAGS = Refusal("doubtful_column",
    Text("{field}: T occurs with N or 0 and may mean yes or no",
         "{field}: T muncul bersama N atau 0 dan dapat berarti ya atau tidak"), _YES_NO)
SEX_DIGITS = Refusal("doubtful_column",
    Text("{field}: 0 and 1 do not show which is male", "{field}: 0 dan 1 tidak menunjukkan mana yang laki-laki"), _LETTERS)
SEX_LETTERS = Refusal("doubtful_column",
    Text("{field}: P occurs with L and with W", "{field}: P muncul bersama L dan bersama W"), _LETTERS)
UNLISTED = Refusal("unlisted", Text("the manifest does not list the file", "manifes tidak mencantumkan berkas ini"),
    Text("send a new manifest, or remove the file", "kirim manifes baru, atau hapus berkas itu"))
CHANGED = Refusal("changed",
    Text("the file differs from its entry in the manifest", "berkas berbeda dari catatannya dalam manifes"),
    Text("send it again, or a new manifest", "kirim ulang berkas, atau manifes baru"))
# fmt: on

REFUSALS = tuple(each for each in tuple(globals().values()) if isinstance(each, Refusal))  # in the order of this module
