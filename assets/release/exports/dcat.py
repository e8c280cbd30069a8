"""DCAT: `exports/catalogue.jsonld`, the entry of the release in a catalogue of data.

Belongs here: the description of the release, its months, and the paths of its files relative to the entry. Not: publisher and
licence, which the producer adds.
"""

from pathlib import Path
from typing import Any

from assets.release.exports.files import NAME, TITLE, months, write_json
from assets.release.layout import DATABASE
from schemas.tables import Table
from schemas.texts import LANGUAGES

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
KEYWORDS = {
    "en": ("employment social security", "coverage", "social protection", "SDG 1.3.1"),
    "id": ("jaminan sosial ketenagakerjaan", "cakupan kepesertaan", "perlindungan sosial"),
}
MEDIA = "https://www.iana.org/assignments/media-types/"
INDONESIA = "http://publications.europa.eu/resource/authority/country/IDN"
MONTHLY = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
STANDARDS = {
    "csv": "http://www.w3.org/ns/csvw",
    "sdmx": "https://sdmx.org/sdmx-csv/2.0",
    "package": "https://specs.frictionlessdata.io/data-package/",
    "contract": "https://bitol.io/open-data-contract-standard/v3.1.0",
}


def write(folder: Path, tables: tuple[Table, ...]) -> None:
    """Write the entry, with one dataset per table and one for the whole release."""
    first, last = months(folder, tables[0])
    period = {"@type": "dct:PeriodOfTime", "dcat:startDate": _month(first), "dcat:endDate": _month(last)}
    shared = {
        "dct:temporal": period,
        "dct:spatial": {"@id": INDONESIA},
        "dct:accrualPeriodicity": {"@id": MONTHLY},
        "dct:language": list(LANGUAGES),
    }
    whole = _dataset(NAME, TITLE, shared) | {
        "dcat:keyword": [_text(word, language) for language in LANGUAGES for word in KEYWORDS[language]],
        "dcat:distribution": [
            _file(DATABASE, "application/octet-stream"),
            _file("datapackage.json", "application/json", STANDARDS["package"]),
            _file("exports/contract.odcs.yaml", "application/yaml", STANDARDS["contract"]),
            _file("exports/sdmx/structure.xml", "application/xml"),
        ],
    }
    parts = [_dataset(table.name, {"en": table.description}, shared) | _files(table) for table in tables]
    catalogue = {
        "@context": CONTEXT,
        "@type": "dcat:Catalog",
        "dct:title": [_text(TITLE[language], language) for language in LANGUAGES],
        "dcat:dataset": [whole, *parts],
    }
    write_json(folder / "exports" / "catalogue.jsonld", catalogue)


def _dataset(name: str, titles: dict[str, str], shared: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"#{name}",
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": [_text(text, language) for language, text in titles.items()],
        **shared,
    }


def _files(table: Table) -> dict[str, Any]:
    name = table.name
    return {
        "dct:description": [_text(f"Grain: {table.grain}.", "en")],
        "dct:isPartOf": {"@id": f"#{NAME}"},
        "dcat:distribution": [
            _file(f"csv/{name}.csv", "text/csv", STANDARDS["csv"]),
            _file(f"parquet/{name}.parquet", "application/vnd.apache.parquet"),
            _file(f"exports/sdmx/{name}.csv.gz", "application/vnd.sdmx.data+csv", STANDARDS["sdmx"]),
        ],
    }


def _file(path: str, media: str, standard: str = "") -> dict[str, Any]:
    url = {"@id": f"../{path}"}
    kept = {"dct:conformsTo": {"@id": standard}} if standard else {}
    named = {"@type": "dcat:Distribution", "dcat:accessURL": url, "dcat:downloadURL": url}
    return named | {"dcat:mediaType": {"@id": f"{MEDIA}{media}"}} | kept


def _text(text: str, language: str) -> dict[str, str]:
    return {"@value": text, "@language": language}


def _month(month: str) -> dict[str, str]:
    return {"@value": month, "@type": "xsd:gYearMonth"}
