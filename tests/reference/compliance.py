"""The table `compliance`, computed independently. Source: docs/questions.md (compliance), the fields of the table, the lists of rates."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from math import floor

from tests.reference.codes import Line, available, in_force, listed, province, ratio
from tests.reference.registers import status
from tests.reference.rows import Membership, Nation, Payment, Row, index, shift

SUBSIDISED = {line["code"] for line in listed("payers") if line["subsidised"] == "yes"}
FURTHEST_AHEAD = 13  # months: paid in the middle of the next month for twelve to come


@dataclass(frozen=True)
class Owing:
    """A membership that owes the month, with what was received of it."""

    held: Membership
    size: str
    due_idr: int
    behind: int
    paid_idr: int
    late_idr: int
    first_paid_on: date | None


def is_unwaged(held: Membership) -> bool:
    return held.wage_idr is None or held.wage_idr > 1_000_000_000


def share_of(line: Line, division: str, payer: str | None, month: date) -> tuple[int, int]:
    """Share in parts of a million and flat amount of a rate, after the relief of the segment, programme and activity."""
    left = 1000
    for relief in in_force("reliefs", month):
        of_it = relief["segment"] == line["segment"] and relief["programme"] == line["programme"]
        of_it = of_it and (payer not in SUBSIDISED or relief["for_subsidised"] == "yes")
        if of_it and relief["division_from"] <= division <= relief["division_to"]:
            left = int(relief["factor_permille"])
    share, flat = int(line.get("share_ppm") or 0), int(line.get("flat_idr") or 0)
    return floor(share * left / 1000), floor((flat * left + 500) / 1000)


def due(held: Membership, activity: str | None, month: date) -> int:
    """The statutory amount: every programme in whole IDR, half up. JKP is not billed."""
    division = (held.kbli or activity or "00")[:2]
    wage = 0 if is_unwaged(held) else floor(held.wage_idr + 0.5)
    base = wage if held.segment == "PU" else _income_base(wage, month)
    [ceiling] = in_force("jp_ceilings", month)
    total = 0
    for line in _rates(held.segment, division, month):
        if getattr(held, line["programme"]):
            share, flat = share_of(line, division, held.payer, month)
            of = min(base, int(ceiling["ceiling_idr"])) if line["programme"] == "jp" else base
            total += floor((of * share + 500_000) / 1_000_000) + flat
    return total


def _rates(segment: str, division: str, month: date) -> list[Line]:
    rates = [line for line in in_force("contribution_rates", month) if line["segment"] == segment]
    if segment == "PU":
        classes = [
            c["risk_class"]
            for c in in_force("jkk_classes", month)
            if c["division_from"] <= division <= c["division_to"]
        ]
        [risk] = [r for r in in_force("jkk_rates", month) if r["risk_class"] == (classes or ["1"])[0]]
        rates.append({"segment": "PU", "programme": "jkk", "share_ppm": risk["share_ppm"]})
    return rates


def _income_base(income: int, month: date) -> int:
    """The base of the band; an income above the last band has the last one's."""
    bands = sorted(in_force("bpu_income_bands", month), key=lambda line: int(line["income_from_idr"]))
    return [int(line["base_idr"]) for line in bands if int(line["income_from_idr"]) <= income][-1]


def due_on(segment: str, month: date) -> date:
    """PU: the 15th of the next month, BPU: the 15th of the month; a weekend moves it to Monday."""
    day = (shift(month, 1) if segment == "PU" else month).replace(day=15)
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def received(nation: Nation, month: date) -> set[Payment]:
    """Payments of this delivery and of those before that can reach the month; the same in everything counts once."""
    deliveries = (nation.of(shift(month, -back)).contributions or () for back in range(FURTHEST_AHEAD + 1))
    return {payment for delivery in deliveries for payment in delivery if counts(payment)}


def received_late(nation: Nation, month: date) -> set[Payment]:
    """Payments of this delivery that no earlier one had: of the month before all, of others those that paid ahead."""
    before = set(nation.of(shift(month, -1)).contributions or ())
    for back in range(1, FURTHEST_AHEAD + 1):
        for payment in nation.of(shift(month, -back)).contributions or ():
            if max(spread(payment)) > index(month) - back:
                before.add(payment)
    return {payment for payment in nation.of(month).contributions or () if counts(payment)} - before


def counts(payment: Payment) -> bool:
    """Payments of nothing and of more than two billion IDR say nothing."""
    return 0.5 <= payment.amount_idr <= 2_000_000_000


def spread(payment: Payment) -> dict[int, int]:
    """Month → IDR: the same whole amount a month, what remains in the first."""
    total = floor(payment.amount_idr + 0.5)
    monthly, first = total // payment.months, index(payment.month_from)
    later = {first + n: monthly for n in range(1, payment.months)}
    return {first: total - sum(later.values())} | later


def compliance(nation: Nation, month: date) -> list[Row] | None:
    delivery = nation.of(month)
    if delivery.contributions is None:
        return None
    sizes = {(e.employer_id, e.employer_division): e for e in delivery.employers or ()}
    paid, late = defaultdict(list), defaultdict(int)
    for payment in received(nation, month):
        if index(month) in spread(payment):
            paid[payment.membership_key].append((payment.paid_on, spread(payment)[index(month)]))
    for payment in received_late(nation, month):
        late[payment.membership_key] += sum(amount for at, amount in spread(payment).items() if at < index(month))
    rows: dict[tuple[str, str, str], list[Owing]] = defaultdict(list)
    for held in nation.members(month):
        if held.segment in ("PU", "BPU") and status(held, month) in ("protected", "grace") and held.paid_through:
            of = sizes.get((held.employer_id or "", held.employer_division or "000"))
            size = "none" if held.segment == "BPU" else (of and of.size_class) or "unknown"
            came = paid[held.membership_key]
            owing = Owing(
                held, size, due(held, of.kbli if of else None, month), max(index(month) - index(held.paid_through), 0),
                sum(amount for _, amount in came if not (held.segment == "PU" and is_unwaged(held))), late[held.membership_key], min((day for day, _ in came), default=None),
            )  # fmt: skip
            shown = (("all", "all"), (held.segment, "all"), (held.segment, size))
            for region_code, (segment, size_shown) in product((province(held.work_region), "ID"), shown):
                rows[region_code, segment, size_shown].append(owing)
    shown_until = max((p.paid_on for p in delivery.contributions if index(p.paid_on) <= index(month) + 1), default=None)
    deliveries = [
        back for back in range(FURTHEST_AHEAD + 1) if nation.of(shift(month, -back)).contributions is not None
    ]
    return [_row(month, *key, owing, len(deliveries), shown_until) for key, owing in rows.items()]


def _row(
    month: date, region_code: str, segment: str, size: str, owing: list[Owing], history: int, shown_until: date | None
) -> Row:
    on_time: int | None = sum(
        o.first_paid_on is not None and o.first_paid_on <= due_on(o.held.segment, month) for o in owing
    )
    if any(shown_until is None or shown_until < due_on(o.held.segment, month) for o in owing):
        on_time = None  # the delivery ends before the due day: not known yet
    through = sum(o.behind == 0 for o in owing)
    amounts = {name: sum(getattr(o, name) for o in owing) for name in ("due_idr", "paid_idr", "late_idr")}
    return available(
        month=month, province_code=region_code, segment=segment, size_class=size, due_memberships=len(owing),
        paid_memberships=through, in_time_memberships=on_time, arrears_memberships=len(owing) - through,
        arrears_months=sum(o.behind for o in owing), unwaged_memberships=sum(is_unwaged(o.held) for o in owing),
        underpaid_memberships=sum(o.first_paid_on is not None and o.paid_idr < o.due_idr for o in owing),
        **amounts, history_months=history, paid_ratio=ratio(amounts["paid_idr"], amounts["due_idr"]),
        density_ratio=ratio(through, len(owing)), in_time_ratio=ratio(on_time, len(owing)),
    )  # fmt: skip
