"""Metadata after Peraturan BPS 5/2020 for Satu Data Indonesia: `exports/metadata/`, in Bahasa Indonesia and English.

Belongs here: the entries of MS-Ind (indicators), MS-Var (variables) and MS-Keg (the activity), from the declared tables. Not:
the page for readers (`satudata_page`), or answers that only the producer can give, which stay empty.
"""

import re
from pathlib import Path
from typing import Any

from assets.release.exports.files import write_json
from assets.release.exports.satudata_page import render_page
from schemas import code_lists
from schemas.columns import code_list, definition, title, unit
from schemas.indicators import Indicator, indicators
from schemas.tables import Field, Kind, Table
from schemas.texts import LANGUAGES

Text = dict[str, str]
FOLDER = "exports/metadata"
LISTED = 60  # codes that are written out; a longer list is named
NONE = {"en": "none: compiled from administrative records", "id": "tidak ada: kompilasi produk administrasi"}
DESIRED = {
    "higher": {"en": "The higher, the better.", "id": "Makin tinggi, makin baik."},
    "lower": {"en": "The lower, the better.", "id": "Makin rendah, makin baik."},
    "": {"en": "A size; neither direction is better.", "id": "Menyatakan besaran; tidak ada arah yang lebih baik."},
}
YES, NO = {"en": "yes", "id": "ya"}, {"en": "no", "id": "tidak"}
WITHHELD = {"en": "yes; small counts are withheld", "id": "ya; jumlah kecil dirahasiakan"}
LEVELS = {
    "region_code": {"en": "nation, province, regency or city", "id": "nasional, provinsi, kabupaten/kota"},
    "province_code": {"en": "nation, province", "id": "nasional, provinsi"},
    "": {"en": "nation", "id": "nasional"},
}
REGION_FIELDS = ("geography_level", "region_level", "region_code", "province_code")
TYPES = {
    Kind.COUNT: {"en": "integer", "id": "bilangan bulat"},
    Kind.NUMBER: {"en": "decimal", "id": "bilangan desimal"},
    Kind.FLAG: {"en": "boolean", "id": "boolean"},
    Kind.MONTH: {"en": "date: first day of the month", "id": "tanggal: hari pertama bulan"},
}
TEXT = {"en": "text", "id": "teks"}
KEY = {"en": "always filled", "id": "wajib terisi"}
CODED = {"en": "a code of the classification", "id": "kode dari klasifikasi isian"}
REFERENCE = {"en": "the month named", "id": "bulan yang disebut"}


def write(folder: Path, tables: tuple[Table, ...]) -> None:
    """Write three JSON files, and a page in each language."""
    released = [table.released() for table in tables]
    entries = {"ms-ind": _indicators(released), "ms-var": _variables(released), "ms-keg": _activity()}
    (folder / FOLDER).mkdir()
    for name, content in entries.items():
        write_json(folder / FOLDER / f"{name}.json", content)
    for language in LANGUAGES:
        text = render_page(entries, language)
        (folder / FOLDER / f"metadata.{language}.md").write_text(text, encoding="utf-8")


def _indicators(tables: list[Table]) -> list[dict[str, Any]]:
    """One entry per indicator of any table."""
    known = {table.name: table for table in tables}
    found = [(entry, [known[name] for name in entry.tables if name in known]) for entry in indicators()]
    return [_indicator(entry, used) for entry, used in found if used]


def _indicator(entry: Indicator, tables: list[Table]) -> dict[str, Any]:
    keys = [name for table in tables for name in table.key if name != "month"]
    key = [
        name for name in dict.fromkeys(keys) if name in REGION_FIELDS or not entry.is_derived
    ]  # a query selects one value of the others
    dimensions = [title(_field(name, tables), tables[0].name) for name in key]
    words = set(re.findall(r"[a-z_]+", entry.formula))
    parts = [field.name for field in tables[0].fields if field.name in words and field.name not in tables[0].key]
    named, measure = _unit(entry.unit)
    return {
        "kode": entry.id,
        "tabel": [table.name for table in tables],
        "kode_referensi": entry.national_code,
        "tpb_sdg": entry.sdg,
        "nama_indikator": {"en": entry.concept, "id": entry.concept_id},
        "konsep": {"en": entry.concept, "id": entry.concept_id},
        "definisi": {"en": entry.definition, "id": entry.definition_id},
        "interpretasi": DESIRED[entry.desired],
        "metode_rumus": {"en": entry.formula, "id": entry.formula_id or entry.formula},
        "ukuran": measure,
        "satuan": named,
        "klasifikasi_penyajian": {
            lang: ", ".join(names.get(lang, names["en"]) for names in dimensions) for lang in LANGUAGES
        },
        "indikator_komposit": NO,
        "variabel_pembangun": parts or [entry.id],
        "level_estimasi": LEVELS[next((name for name in LEVELS if name in key), "")],
        "sumber": entry.source,
        "akses_umum": WITHHELD,
    }


def _variables(tables: list[Table]) -> list[dict[str, Any]]:
    return [_variable(field, table) for table in tables for field in table.fields]


def _variable(field: Field, table: Table) -> dict[str, Any]:
    names, about = ({"id": texts["en"]} | texts for texts in (title(field, table.name), definition(field, table.name)))
    named, measure = _unit(field.unit)
    rules = [KEY] * (field.name in table.key) + [CODED] * bool(field.codes)
    return {
        "tabel": table.name,
        "nama_variabel": names,
        "alias": field.name,
        "konsep": names,
        "definisi": about,
        "referensi_pemilihan": field.source,
        "referensi_waktu": REFERENCE,
        "tipe_data": TYPES.get(field.kind, TEXT),
        "ukuran": measure,
        "satuan": named,
        "klasifikasi_isian": _classification(field),
        "aturan_validasi": {lang: "; ".join(rule[lang] for rule in rules) for lang in LANGUAGES},
        "kalimat_pertanyaan": NONE,
        "akses_umum": WITHHELD if field.sensitive or field.uses else YES,
    }


def _classification(field: Field) -> str | list[Text] | None:
    if not field.codes:
        return None
    codes = code_list(field)
    if codes.height > LISTED:
        return f"exports/codes/{field.codes}.csv"
    return [{"kode": code, "en": name, "id": own or name} for code, name, own in codes.iter_rows()]


def _activity() -> list[dict[str, Any]]:
    """The answers about the activity, by block; the producer gives those that are empty."""
    rows = code_lists.codes("activity").fill_null("").iter_rows(named=True)
    pairs = {"blok": "block", "rincian": "item", "isian": "answer"}
    return [
        {"kode": row["code"]} | {name: {"en": row[column], "id": row[f"{column}_id"]} for name, column in pairs.items()}
        for row in rows
    ]


def _field(name: str, tables: list[Table]) -> Field:
    return next(table.field(name) for table in tables if name in table.names)


def _unit(code: str) -> tuple[Text, Text]:
    """Unit and measure."""
    rows = {row["code"]: row for row in code_lists.codes("units").fill_null("").iter_rows(named=True)}
    row = rows.get(code, {"measure": "", "measure_id": ""})
    return unit(code), {"en": row["measure"], "id": row["measure_id"]}
