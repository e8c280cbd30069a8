"""Probes of an engine before it may compute a register: one-row queries with one correct answer each.

Belongs here: the probes, for expressions that engines are known to evaluate differently without an error. Not here: the rules for
SQL texts (the lint in the tests).
"""

from typing import NamedTuple, TypeVar

from assets.engines.engine import Engine
from assets.errors import EngineLost, EngineRefused

AnyEngine = TypeVar("AnyEngine", bound=Engine)


class Probe(NamedTuple):
    """A query; `answer` is the text of its only cell, or None where the engine must raise an error."""

    what: str
    sql: str
    answer: str | None


_TWO = "(SELECT 1 AS a, CAST(NULL AS INTEGER) AS b UNION ALL SELECT 2, 5) AS two_rows"
PROBES = (
    Probe(
        "a ratio of whole numbers is a double",
        "SELECT CAST(1 AS DOUBLE) / nullif(CAST(3 AS DOUBLE), 0)",
        "0.3333333333333333",
    ),
    Probe("a division by null is null", "SELECT CAST(1 AS DOUBLE) / nullif(CAST(0 AS DOUBLE), 0)", "None"),
    Probe("floor before a cast", "SELECT CAST(floor(CAST(-2.5 AS DOUBLE)) AS BIGINT)", "-3"),
    Probe(
        "a sum beyond BIGINT is refused",
        "SELECT CAST(sum(v) AS BIGINT) FROM (SELECT 9223372036854775807 AS v UNION ALL SELECT 9223372036854775807) AS numbers",
        None,
    ),
    Probe(
        "whole decimals of 38 digits add up exactly",
        "SELECT CAST(CAST(sum(CAST(v AS DECIMAL(38, 0))) AS DECIMAL(38, 0)) "
        "= CAST(18446744073709551614 AS DECIMAL(38, 0)) AS STRING) "
        "FROM (SELECT 9223372036854775807 AS v UNION ALL SELECT 9223372036854775807) AS numbers",
        "true",
    ),
    Probe(
        "GROUPING marks the row of a total",
        f"SELECT CAST(sum(g) AS BIGINT) FROM (SELECT GROUPING(a) AS g FROM {_TWO} GROUP BY GROUPING SETS ((a), ())) AS r",
        "1",
    ),
    Probe("null is not distinct from null", f"SELECT count(*) FROM {_TWO} WHERE b IS NOT DISTINCT FROM NULL", "1"),
    Probe(
        "null is last",
        f"SELECT CAST(sum(a * p) AS BIGINT) FROM (SELECT a, row_number() OVER (ORDER BY b NULLS LAST) AS p FROM {_TWO}) AS r",
        "4",
    ),
    Probe("least ignores null", "SELECT least(CAST(NULL AS INTEGER), 3)", "3"),
    Probe("text compares by its bytes", "SELECT CAST('B' < 'a' AS STRING)", "true"),
    Probe("text without a value differs from empty text", "SELECT CAST('' IS NULL AS STRING)", "false"),
    Probe(
        "a month is a number",
        "SELECT CAST(year(DATE '2024-12-31') AS INTEGER) * 12 + CAST(month(DATE '2024-12-31') AS INTEGER)",
        "24300",
    ),
)


_KNOWN: set[tuple[str, str, str]] = set()  # a server is probed once, not for each session


def check_conformance(engine: AnyEngine, shown: str) -> AnyEngine:
    """The engine, if all its answers are correct. Raises EngineRefused with the failed probes."""
    identity = (engine.name, engine.version, shown)
    if identity not in _KNOWN:
        wrong = [probe.what for probe in PROBES if _answer(engine, probe) != probe.answer]
        if wrong:
            refusal = f"{engine.name} {engine.version} at {shown} may not compute coverage"
            raise EngineRefused(f"{refusal}: it does not hold there that {'; that '.join(wrong)}")
        _KNOWN.add(identity)
    return engine


def _answer(engine: Engine, probe: Probe) -> str | None:
    try:
        found = engine.query(f"SELECT answer FROM ({probe.sql}) AS probe (answer)")
    except EngineLost:
        raise
    except Exception:  # noqa: BLE001  any error of the engine means no answer
        return None
    return ", ".join(str(cell) for cell in found.to_series())
