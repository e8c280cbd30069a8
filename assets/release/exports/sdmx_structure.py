"""SDMX-ML 3.0: `exports/sdmx/structure.xml`, the code lists, concepts, data structures and dataflows of the release.

Belongs here: the description of the columns of the SDMX-CSV files. CONF_STATUS applies to the measures that can be withheld.
"""

from pathlib import Path
from xml.etree import ElementTree as ET  # writes only, reads nothing

import polars as pl

from assets.release.exports.files import TITLE, months
from assets.release.exports.sdmx import (
    AGENCY,
    AREAS,
    FOLDER,
    VERSION,
    attributes,
    code_id,
    component,
    dimensions,
    measures,
)
from schemas.columns import codes_by_list, definition, listed, title
from schemas.tables import Field, Kind, Table
from schemas.texts import LANGUAGES

SCHEMA = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
NAMES = {"mes": f"{SCHEMA}message", "str": f"{SCHEMA}structure", "com": f"{SCHEMA}common"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MODEL = "urn:sdmx:org.sdmx.infomodel"
TYPES = {
    Kind.COUNT: "BigInteger",
    Kind.NUMBER: "Double",
    Kind.PERCENT: "Double",
    Kind.FLAG: "Boolean",
    Kind.MONTH: "GregorianYearMonth",
    Kind.DATE: "GregorianDay",
}
STATUS = Field(
    "obs_status",
    Kind.CODE,
    "A: normal; P: provisional; Q: a measure is withheld; O: the month has nothing of this table",
    codes="observation_statuses",
)


def write(folder: Path, tables: tuple[Table, ...]) -> None:
    """Write one message for all tables."""
    for prefix, uri in NAMES.items():
        ET.register_namespace(prefix, uri)
    root = build_message([table.released() for table in tables], months(folder, tables[0])[1])
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    (folder / FOLDER / "structure.xml").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', encoding="utf-8"
    )


def build_message(tables: list[Table], month: str) -> ET.Element:
    """The structures as a message. Its date is the reference month, because no clock is read."""
    root = ET.Element(_tag("mes:Structure"))
    header = _add(root, "mes:Header")
    _add(header, "mes:ID", f"{AGENCY}-{month}")
    _add(header, "mes:Test", "false")
    _add(header, "mes:Prepared", f"{month}-01")
    _add(header, "mes:Sender", id=AGENCY)
    structures = _add(root, "mes:Structures")
    _codelists(_add(structures, "str:Codelists"), tables)
    schemes, definitions, flows = (
        _add(structures, f"str:{n}") for n in ("ConceptSchemes", "DataStructures", "Dataflows")
    )
    for table in tables:
        _concepts(schemes, table)
        _data_structure(definitions, table)
        flow = _maintained(flows, "Dataflow", table.name.upper(), _about(table))
        _add(flow, "str:Structure", f"{MODEL}.datastructure.DataStructure={AGENCY}:{table.name.upper()}({VERSION})")
    return root


def _codelists(parent: ET.Element, tables: list[Table]) -> None:
    lists = codes_by_list(tuple(tables)) | {str(STATUS.codes): listed(str(STATUS.codes))}
    for name, codes in lists.items():
        found = _maintained(parent, "Codelist", f"CL_{name.upper()}", {"en": name.replace("_", " ")}, isPartial="false")
        for row in codes.with_columns(id=code_id(pl.col("code"), name)).iter_rows(named=True):
            code = _add(found, "str:Code", id=row["id"])
            _names(code, "Name", {"en": row["name"]} | ({"id": row["name_id"]} if row["name_id"] else {}))
            if name in AREAS and row["code"] != "ID":
                _add(code, "str:Parent", "ID" if len(row["code"]) == 2 else row["id"][:4])


def _concepts(parent: ET.Element, table: Table) -> None:
    scheme = _maintained(parent, "ConceptScheme", f"CS_{table.name.upper()}", _about(table), isPartial="false")
    for field in (*table.fields, STATUS):
        concept = _add(scheme, "str:Concept", id=component(field))
        _names(concept, "Name", title(field, table.name))
        unit = f" [{field.unit}]" if field.unit != "-" else ""
        _names(concept, "Description", {lang: f"{text}{unit}" for lang, text in definition(field, table.name).items()})


def _data_structure(parent: ET.Element, table: Table) -> None:
    found = _maintained(parent, "DataStructure", table.name.upper(), _about(table))
    parts = _add(found, "str:DataStructureComponents")
    keys = _add(parts, "str:DimensionList", id="DimensionDescriptor")
    ordered = sorted(dimensions(table), key=lambda field: field.name == "month")
    for position, field in enumerate(ordered, 1):
        time = {} if field.name == "month" else {"position": str(position)}
        _component(keys, "TimeDimension" if field.name == "month" else "Dimension", field, table, **time)
    listed_attributes = _add(parts, "str:AttributeList", id="AttributeDescriptor")
    for field in (*attributes(table), STATUS):
        is_mandatory = field.name in ("conf_status", "obs_status")
        found = _component(
            listed_attributes, "Attribute", field, table, usage="mandatory" if is_mandatory else "optional"
        )
        _add(_add(found, "str:AttributeRelationship"), "str:Observation")
        withheld = [measure for measure in measures(table) if measure.sensitive or measure.uses]
        if field.name == "conf_status" and withheld:
            applies_to = _add(found, "str:MeasureRelationship")
            for measure in withheld:
                _add(applies_to, "str:Measure", component(measure))
    figures = _add(parts, "str:MeasureList", id="MeasureDescriptor")
    for field in measures(table):
        _component(figures, "Measure", field, table, usage="optional")


def _component(parent: ET.Element, kind: str, field: Field, table: Table, **marks: str) -> ET.Element:
    name = component(field)
    found = _add(parent, f"str:{kind}", id=name, **marks)
    scheme = f"{AGENCY}:CS_{table.name.upper()}({VERSION}).{name}"
    _add(found, "str:ConceptIdentity", f"{MODEL}.conceptscheme.Concept={scheme}")
    shape = _add(found, "str:LocalRepresentation")
    if field.codes:
        _add(shape, "str:Enumeration", f"{MODEL}.codelist.Codelist={AGENCY}:CL_{field.codes.upper()}({VERSION})")
    else:
        text = "ObservationalTimePeriod" if kind == "TimeDimension" else TYPES.get(field.kind, "String")
        _add(shape, "str:TextFormat", textType=text)
    return found


def _maintained(parent: ET.Element, kind: str, name: str, names: dict[str, str], **marks: str) -> ET.Element:
    found = _add(parent, f"str:{kind}", id=name, agencyID=AGENCY, version=VERSION, isExternalReference="false", **marks)
    _names(found, "Name", names)
    return found


def _about(table: Table) -> dict[str, str]:
    return {"en": table.description if table.description else TITLE["en"]}


def _names(parent: ET.Element, kind: str, texts: dict[str, str]) -> None:
    for language in LANGUAGES:
        if language in texts:
            _add(parent, f"com:{kind}", texts[language], **{LANG: language})


def _add(parent: ET.Element, tag: str, text: str | None = None, /, **marks: str) -> ET.Element:
    child = ET.SubElement(parent, _tag(tag), marks)
    child.text = text
    return child


def _tag(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{NAMES[prefix]}}}{local}"
