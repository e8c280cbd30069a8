"""The metadata of Satu Data Indonesia as a Markdown page.

Belongs here: Markdown from the entries. Not: the entries (`satudata`).
"""

from typing import Any

from assets.release.exports.files import TITLE

Entries = dict[str, list[dict[str, Any]]]
HEADINGS = {
    "en": {"ms-keg": "The activity (MS-Keg)", "ms-ind": "Indicators (MS-Ind)", "ms-var": "Variables (MS-Var)"},
    "id": {
        "ms-keg": "Metadata kegiatan (MS-Keg)",
        "ms-ind": "Metadata indikator (MS-Ind)",
        "ms-var": "Metadata variabel (MS-Var)",
    },
}
LABELS = {  # question: English, Bahasa Indonesia
    "kode": ("code", "kode"),
    "tabel": ("table", "tabel"),
    "kode_referensi": ("reference code", "kode referensi"),
    "tpb_sdg": ("SDG", "TPB/SDG"),
    "konsep": ("concept", "konsep"),
    "definisi": ("definition", "definisi"),
    "interpretasi": ("interpretation", "interpretasi"),
    "metode_rumus": ("method or formula", "metode/rumus penghitungan"),
    "ukuran": ("measure", "ukuran"),
    "satuan": ("unit", "satuan"),
    "klasifikasi_penyajian": ("presented by", "klasifikasi penyajian"),
    "indikator_komposit": ("composite", "indikator komposit"),
    "variabel_pembangun": ("built of", "variabel pembangun"),
    "level_estimasi": ("level of estimation", "level estimasi"),
    "sumber": ("source", "sumber"),
    "akses_umum": ("open to the public", "dapat diakses umum"),
    "alias": ("column", "alias"),
    "referensi_pemilihan": ("reason or source", "referensi pemilihan"),
    "referensi_waktu": ("reference time", "referensi waktu"),
    "tipe_data": ("type", "tipe data"),
    "klasifikasi_isian": ("codes", "klasifikasi isian"),
    "aturan_validasi": ("validation", "aturan validasi"),
    "kalimat_pertanyaan": ("question", "kalimat pertanyaan"),
}
UNANSWERED = {"en": "*to be filled in by the producer*", "id": "*diisi oleh produsen data*"}


def render_page(entries: Entries, language: str) -> str:
    """The whole page in one language."""
    parts = [f"# {TITLE[language]}"]
    for name in ("ms-keg", "ms-ind", "ms-var"):
        parts.append(f"## {HEADINGS[language][name]}")
        parts += _answers(entries[name], language) if name == "ms-keg" else _sections(entries[name], language)
    return "\n\n".join(parts) + "\n"


def _answers(entries: list[dict[str, Any]], language: str) -> list[str]:
    blocks: dict[str, list[str]] = {}
    for entry in entries:
        answer = entry["isian"][language] or UNANSWERED[language]
        blocks.setdefault(entry["blok"][language], []).append(
            f"- {entry['kode']} {entry['rincian'][language]}: {answer}"
        )
    return [part for block, lines in blocks.items() for part in (f"### {block}", "\n".join(lines))]


def _sections(entries: list[dict[str, Any]], language: str) -> list[str]:
    parts = []
    for entry in entries:
        name = entry.get("nama_indikator") or entry["nama_variabel"]
        parts.append(f"### {name[language]} (`{entry.get('alias') or entry['kode']}`)")
        shown = ((key, _text(value, language)) for key, value in entry.items() if not key.startswith("nama_"))
        parts.append("\n".join(f"- {_label(key, language)}: {text}" for key, text in shown if text))
    return parts


def _label(key: str, language: str) -> str:
    return LABELS[key][language == "id"]


def _text(value: object, language: str) -> str:
    if isinstance(value, dict):
        return str(value[language])
    if isinstance(value, list):
        return ", ".join(f"{v['kode']} ({v[language]})" if isinstance(v, dict) else f"`{v}`" for v in value)
    return "" if value is None else str(value)
