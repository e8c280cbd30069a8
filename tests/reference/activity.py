"""The table `activity`, computed independently. Source: docs/questions.md (activity), the fields of the table."""

from collections import Counter, defaultdict
from datetime import date

from tests.reference.codes import available, groups, province, ratio
from tests.reference.registers import Person, changes, persons
from tests.reference.rows import Nation, Row

DURATIONS = {"dormant_1_3": (1, 3), "dormant_4_6": (4, 6), "dormant_7_12": (7, 12), "dormant_13_24": (13, 24),
             "dormant_25": (25, 10**9)}  # fmt: skip
Key = tuple[str, str, str, str]


def activity(nation: Nation, month: date) -> list[Row]:
    found = changes(nation, month)
    counts: dict[Key, Counter[str]] = defaultdict(Counter)
    for person in persons(nation.members(month), month).values():
        for key in _keys(person):
            counts[key]["member"] += 1
            counts[key]["protected"] += person.is_protected
            counts[key]["grace"] += person.status == "grace"
            for name, (first, last) in DURATIONS.items():
                counts[key][name] += first <= person.dormant_months <= last
    for change in found or []:
        if change.kind == "re_entered" and change.now:
            for key in _keys(change.now):
                counts[key]["re_entered"] += 1
    return [_row(month, key, number, is_compared=found is not None) for key, number in counts.items()]


def _keys(person: Person) -> list[Key]:
    """The rows that count a person."""
    payer, channel = person.primary.payer or "not_stated", person.primary.channel or "not_stated"
    return [
        (region, segment, *kind)
        for segment in groups(person.primary.segment)
        for region, *kind in (
            (province(person.home), "all", "all"), ("ID", "all", "all"), ("ID", payer, "all"), ("ID", "all", channel)
        )
    ]  # fmt: skip


def _row(month: date, key: Key, number: Counter[str], *, is_compared: bool) -> Row:
    region, segment, payer, channel = key
    members, protected = number["member"], number["protected"]
    return available(
        month=month, province_code=region, segment=segment, payer=payer, channel=channel, member_persons=members,
        protected_persons=protected, dormant_persons=members - protected, grace_persons=number["grace"],
        **{f"{name}_persons": number[name] for name in DURATIONS},
        re_entered_persons=number["re_entered"] if is_compared else None, active_ratio=ratio(protected, members),
    )  # fmt: skip
