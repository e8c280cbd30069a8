"""The stored form of rows: pseudonyms instead of identifiers, flags, and the source of the row.

Belongs here: from a validated batch to the columns of the warehouse and of the quarantine. Not here: validation.
"""

import polars as pl

from assets.ingest.batch import ROW_NUMBER, Batch, decode, to_text
from assets.ingest.pseudonyms import PersonKey, to_blocks
from assets.ingest.validation import Verdict, clearing_rules, rules_of_severity
from schemas.extracts.catalogue import stored_table
from schemas.registers import MEMBERSHIPS
from schemas.tables import Severity, Table

_PREFIX = "KPJ: "  # with the 11 characters of a membership number it fills one block, which is never a NIK of 16 digits
_HOME_BASES = MEMBERSHIPS.field("home_basis").dtype
_IDENTITIES = MEMBERSHIPS.field("identity").dtype
QUARANTINE = ("source_file", ROW_NUMBER, "rules")


def to_stored_rows(frame: pl.DataFrame, verdict: Verdict, table: Table, file: str, key: PersonKey) -> pl.DataFrame:
    """The rows that break no fatal rule, in stored form and in the order of the file."""
    flags = verdict.rules_by_row(rules_of_severity(table, Severity.CONVENTION))
    flag_texts = pl.repeat(None, frame.height, dtype=pl.String, eager=True).scatter(flags["row"], flags["rules"])
    rows = frame.with_columns(flag_texts.alias("flags"))
    for name, rules in clearing_rules(table).items():
        if len(rows_to_clear := verdict.rows(rules)):
            rows = rows.with_columns(rows[name].scatter(rows_to_clear, None))
    if len(fatal := verdict.rows(rules_of_severity(table, Severity.FATAL))):
        rows = rows.filter(pl.repeat(True, rows.height, eager=True).scatter(fatal, False))
    if table.name in _PSEUDONYMISED:
        rows = _PSEUDONYMISED[table.name](rows, key)
    stored = stored_table(table)
    return rows.with_columns(pl.lit(file).alias("source_file")).select(
        pl.col(field.name).cast(field.batch_dtype) for field in stored.fields
    )


def to_quarantine_rows(batch: Batch, verdict: Verdict, table: Table, file: str) -> pl.DataFrame:
    """The rows that break a fatal rule, as the office wrote them, with every rule that they break."""
    fatal = verdict.rows(rules_of_severity(table, Severity.FATAL))
    if fatal.is_empty():
        return empty_quarantine(table)
    rules = verdict.rules_by_row(
        rules_of_severity(table, Severity.FATAL) | rules_of_severity(table, Severity.CONVENTION)
    )
    quarantined = (
        to_text(decode(batch.rows[fatal], batch.dictionaries))
        .with_columns(fatal.alias("row"))
        .join(rules, on="row", how="left", maintain_order="left")
    )
    return to_quarantine_columns(quarantined, table, file)


def to_quarantine_columns(quarantined: pl.DataFrame, table: Table, file: str) -> pl.DataFrame:
    """Text rows with `rules` in the columns of the quarantine; fields that the file lacks are null."""
    missing = [
        pl.lit(None, dtype=pl.String).alias(name) for name in [*table.names, "line"] if name not in quarantined.columns
    ]
    return quarantined.with_columns(pl.lit(file).alias("source_file"), *missing).select(
        *QUARANTINE, *table.names, "line"
    )


def empty_quarantine(table: Table) -> pl.DataFrame:
    """A frame without rows, in the columns of the quarantine."""
    text = dict.fromkeys([*QUARANTINE, *table.names, "line"], pl.String)
    return pl.DataFrame(schema=text | {ROW_NUMBER: pl.Int32})


def _add_home(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the region of residence: as declared, else from the NIK (region of first registration), which is marked."""
    from_nik = pl.when(pl.col("nik").is_not_null()).then(pl.col("nik_region"))
    basis = (
        pl.when(pl.col("home_region").is_not_null())
        .then(pl.lit("declared", _HOME_BASES))
        .when(from_nik.is_not_null())
        .then(pl.lit("nik", _HOME_BASES))
        .otherwise(pl.lit("none", _HOME_BASES))
    )
    return rows.with_columns(pl.coalesce("home_region", from_nik).alias("home_region"), basis.alias("home_basis"))


def _pseudonymise_memberships(rows: pl.DataFrame, key: PersonKey) -> tuple[pl.Series, pl.Series]:
    return key.pseudonymise(rows.select(pl.concat_str(pl.lit(_PREFIX), pl.col("membership_id"))).to_series())


def _pseudonymise_persons(rows: pl.DataFrame, key: PersonKey) -> tuple[pl.Series, pl.Series]:
    """The pseudonym and its check bits; null without a valid NIK."""
    known = rows["nik"].is_not_null()
    person, check = key.pseudonymise(rows["nik"].drop_nulls())
    if known.all():
        return person, check
    at = pl.select(pl.when(known).then(known.cum_sum() - 1)).to_series().cast(pl.UInt32)
    return person.gather(at), check.gather(at)


def _pseudonymise_enrolments(rows: pl.DataFrame, key: PersonKey) -> pl.DataFrame:
    """Replace the numbers by membership_key and person_id; without a valid NIK the membership counts as the person."""
    rows = _add_home(rows)
    membership, membership_check = _pseudonymise_memberships(rows, key)
    person, check = _pseudonymise_persons(rows, key)
    known = rows["nik"].is_not_null()
    if person.null_count():
        person, check = person.fill_null(membership), check.fill_null(membership_check)
    return rows.with_columns(
        membership.alias("membership_key"),
        person.alias("person_id"),
        check.alias("person_check"),
        pl.when(known).then(pl.lit("nik", _IDENTITIES)).otherwise(pl.lit("membership", _IDENTITIES)).alias("identity"),
    )


def _pseudonymise_contributions(rows: pl.DataFrame, key: PersonKey) -> pl.DataFrame:
    """Replace the membership number by membership_key."""
    return rows.with_columns(_pseudonymise_memberships(rows, key)[0].alias("membership_key"))


def _pseudonymise_debtors(rows: pl.DataFrame, key: PersonKey) -> pl.DataFrame:
    """Replace the numbers by person_id and contract_key."""
    contract = key.pseudonymise(to_blocks(rows["contract_no"]))[0]
    return rows.with_columns(contract.alias("contract_key"), _pseudonymise_persons(rows, key)[0].alias("person_id"))


_PSEUDONYMISED = {
    "enrolments": _pseudonymise_enrolments,
    "contributions": _pseudonymise_contributions,
    "kur_debtors": _pseudonymise_debtors,
}
