"""The texts of rules: each rule has a reason and a remedy in both languages, which name columns by headers of that language."""

import re
from collections.abc import Iterator

import pytest

from schemas.extracts.catalogue import EXTRACTS
from schemas.tables import Field, Rule, Table
from schemas.texts import LANGUAGES, Text

RULES = [(table, rule) for table in EXTRACTS for rule in (*table.cross_row_rules(), *table.all_rules())]


def faults(table: Table, rule: Rule) -> Iterator[str]:
    """The faults of the texts of a rule, each in a few words."""
    for name in ("reason", "remedy"):
        text: Text = getattr(rule, name)
        for language in LANGUAGES:
            written = text.to(language)
            if not written.strip():
                yield f"no {name} in {language}"
            if "{" in written or "}" in written:
                yield f"a placeholder in the {name} in {language}"
            headers = {field.header.to(language) for field in table.fields}
            unknown = set(re.findall(r"`([^`]+)`", written)) - headers
            if unknown:
                yield f"the {name} in {language} names {', '.join(sorted(unknown))}, which {table.name} does not have"
        if text.en == text.id:
            yield f"the {name} is not translated"


@pytest.mark.parametrize(("table", "rule"), RULES, ids=[f"{table.name}-{rule.name}" for table, rule in RULES])
def test_every_rule_is_written_in_both_languages(table: Table, rule: Rule) -> None:
    assert list(faults(table, rule)) == []


def test_a_header_in_bahasa_indonesia_is_accepted() -> None:
    """A message names a column by a header under which it may be delivered."""
    for table in EXTRACTS:
        for field in table.fields:
            assert field.header.id in (field.name, *field.aliases)


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        (Text("`sex` must be filled in", ""), "no reason in id"),
        (Text("`sex` must be filled in", "`sex` must be filled in"), "the reason is not translated"),
        (Text("`sex` must be filled in", "`{field}` harus diisi"), "a placeholder in the reason in id"),
        (Text("`gender` must be filled in", "harus diisi"), "names gender"),
    ],
)
def test_faulty_texts_are_refused(reason: Text, fault: str) -> None:
    table = EXTRACTS[0]
    field: Field = table.field("sex")
    rule = next(rule for rule in table.all_rules() if rule.name == f"{field.name}_present")
    faulty = Rule(rule.name, rule.field, rule.severity, rule.holds, reason, rule.remedy)
    assert any(fault in found for found in faults(table, faulty))
