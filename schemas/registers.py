"""The registers: stored memberships, payments, loans and persons, and the counts built from them.

Belongs here: the stored form of memberships after pseudonymisation, the register of persons, and the cells that every coverage
figure sums. Person-level tables are never released.
"""

import polars as pl

from schemas.extracts.contributions import CONTRIBUTIONS
from schemas.extracts.enrolments import ENROLMENTS, PROGRAMMES
from schemas.extracts.kur_debtors import KUR_DEBTORS
from schemas.tables import Field, Kind, Table

MONTH = Field("month", Kind.MONTH, "reported month", "month")


def _from_enrolments(*names: str) -> tuple[Field, ...]:
    return tuple(ENROLMENTS.field(name) for name in names)


_PERSON_ID = Field(
    "person_id",
    Kind.COUNT,
    "pseudonym of the person: 64 bits of the NIK under the key of the scheme; of "
    "the membership number where there is no valid NIK",
)
_MEMBERSHIP_KEY = Field("membership_key", Kind.COUNT, "pseudonym of the membership number")
_IDENTITY = Field(
    "identity", Kind.TEXT, "identifier behind person_id: nik or membership", storage=pl.Enum(["nik", "membership"])
)
_HOME_BASIS = Field(
    "home_basis",
    Kind.TEXT,
    "source of home_region: declared, nik (region of first registration, a last resort) or none",
    storage=pl.Enum(["declared", "nik", "none"]),
)
_PROGRAMMES = _from_enrolments(*PROGRAMMES)
LINEAGE = (
    Field("flags", Kind.TEXT, "names of the convention rules that the row breaks, separated by spaces; empty: none"),
    Field("source_file", Kind.TEXT, "file of the row, relative to the folder of the month"),
    Field("row_number", Kind.COUNT, "row in that file as a spreadsheet counts (the header is row 1)",
          storage=pl.Int32()),
)  # fmt: skip

MEMBERSHIPS = Table(
    "memberships", "accepted memberships of the month, pseudonymised", "one row per membership",
    (
        MONTH,
        _MEMBERSHIP_KEY,
        _PERSON_ID,
        Field("person_check", Kind.COUNT, "15 further bits of the pseudonym, to detect two persons with one person_id",
              storage=pl.Int16()),
        _IDENTITY,
        *_from_enrolments("birth_date", "sex", "segment"),
        *_PROGRAMMES,
        *_from_enrolments("employer_id", "employer_division", "project_no", "work_region", "home_region"),
        _HOME_BASIS,
        *_from_enrolments("kbli", "occupation", "wage_idr", "start_date", "end_date", "paid_through", "payer", "channel",
                          "vulnerable_basis", "office_code"),
        *LINEAGE,
    ),
    key=("membership_key",),
)  # fmt: skip

PAYMENTS = Table(
    CONTRIBUTIONS.name, "accepted payments of contributions, pseudonymised", CONTRIBUTIONS.grain,
    (MONTH, _MEMBERSHIP_KEY, *(f for f in CONTRIBUTIONS.fields if f.name != "membership_id"), *LINEAGE),
    key=("membership_key", "programme", "month_from", "paid_on"), extract=CONTRIBUTIONS.name,
)  # fmt: skip

PREPAYMENTS = Table(
    "prepayments", "payments delivered in the month that cover a later one, for the compliance of later months",
    "one row per payment",
    (
        MONTH, _MEMBERSHIP_KEY,
        *(CONTRIBUTIONS.field(name) for name in ("programme", "month_from", "months", "amount_idr", "paid_on")),
    ),
    key=("membership_key", "programme", "month_from", "paid_on"), extract=CONTRIBUTIONS.name,
)  # fmt: skip

LOANS = Table(
    KUR_DEBTORS.name, "accepted contracts of people's business credit, pseudonymised", KUR_DEBTORS.grain,
    (
        MONTH,
        Field("contract_key", Kind.COUNT, "pseudonym of the contract number"),
        Field("person_id", Kind.COUNT, "pseudonym of the debtor, as in the register of persons; empty: no valid NIK"),
        *(f for f in KUR_DEBTORS.fields if f.name not in ("nik", "contract_no")),
        *LINEAGE,
    ),
    key=("contract_key",), extract=KUR_DEBTORS.name,
)  # fmt: skip

_AGE_BAND = Field("age_band", Kind.CODE, "age band at the end of the month", codes="age_bands")
_STATUS = Field("status", Kind.TEXT, "protected, grace, lapsed or ended at the end of the month (protected_rule)")

_STATUS_CODE = Field(
    "status_code", Kind.COUNT, "combination of status codes; key of `person_status_codes`", storage=pl.Int16()
)
_ATTRIBUTE_CODE = Field(
    "attribute_code", Kind.COUNT, "combination of attributes; key of `person_attribute_codes`", storage=pl.Int16()
)

PERSONS = Table(
    "persons", "persons with a membership in the month; their primary membership as two numbers",
    "one row per person",
    (
        MONTH, _PERSON_ID,
        Field("membership_key", Kind.COUNT, "pseudonym of the primary membership: identifies a person whose NIK was "
              "corrected"),
        Field("home_regency", Kind.COUNT, "code of the regency of residence, as a number; 0: not stated",
              storage=pl.Int16()),
        Field("work_regency", Kind.COUNT, "code of the regency of the registering employer or office, as a number; "
              "0: not stated", storage=pl.Int16()),
        _STATUS_CODE, _ATTRIBUTE_CODE,
        *_from_enrolments("start_date"),
        Field("memberships", Kind.COUNT, "protected memberships of the person", "membership", storage=pl.Int32()),
        Field("registered_memberships", Kind.COUNT, "protected and grace memberships", "membership",
              storage=pl.Int32()),
        Field("dormant_months", Kind.COUNT, "months since the last month at whose end a membership was protected; 0: protected",
              "month", storage=pl.Int16()),
    ),
    key=("person_id",),
)  # fmt: skip

PERSON_STATUS_CODES = Table(
    "person_status_codes", "meaning of `persons.status_code` in the month", "one row per combination of codes",
    (
        MONTH, _STATUS_CODE, _STATUS,
        Field("segment", Kind.CODE, "primary segment: of the best status, then PU, JAKON, BPU, PMI", codes="segments"),
        *_from_enrolments("payer", "vulnerable_basis"), _HOME_BASIS, *_from_enrolments("channel"),
    ),
    key=("status_code",),
)  # fmt: skip

PERSON_ATTRIBUTE_CODES = Table(
    "person_attribute_codes", "meaning of `persons.attribute_code` in the month", "one row per combination of codes",
    (
        MONTH, _ATTRIBUTE_CODE,
        *(Field(f.name, Kind.FLAG, f"{f.meaning}, by any protected membership") for f in _PROGRAMMES),
        Field("is_dual", Kind.FLAG, "protected in more than one segment"),
        _IDENTITY, *_from_enrolments("sex"), _AGE_BAND,
    ),
    key=("attribute_code",),
)  # fmt: skip

PERSON_CELLS = Table(
    "person_cells", "counts of persons, twice: by region of residence and by region of registration",
    "one row per combination of geography basis, regency, segment, sex, age band, programmes and status",
    (
        MONTH,
        Field("geography_basis", Kind.TEXT, "home (residence) or work (registering employer or office)"),
        Field("region_code", Kind.REGION, "regency, present Kemendagri code; 0000: not stated"),
        *_from_enrolments("segment", "sex"), _AGE_BAND, *_PROGRAMMES, _STATUS,
        Field("persons", Kind.COUNT, "persons", "person"),
        Field("memberships", Kind.COUNT, "protected memberships they hold", "membership"),
        Field("dual_persons", Kind.COUNT, "of the persons, protected in more than one segment", "person"),
    ),
    key=("geography_basis", "region_code", "segment", "sex", "age_band", *PROGRAMMES, "status"),
)  # fmt: skip

_REGION = "regency of residence, 0000: not stated"

TRANSITIONS = Table(
    "transitions", "persons protected at the end of the month, of the month before, or of both, by kind of change",
    "one row per kind, residence, segment, payer and vulnerable basis, before and now, and channel now",
    (
        MONTH,
        Field("kind", Kind.TEXT, "stayed, entered, re_entered, became_unpaid, left_ended or left_absent"),
        Field("region_before", Kind.REGION, f"{_REGION}; empty: not protected the month before"),
        Field("region_now", Kind.REGION, f"{_REGION}; empty: not protected now"),
        Field("is_restated", Kind.FLAG, "residence not declared in both months, so a change of region does not count as a move"),
        Field("segment_before", Kind.CODE, "primary segment the month before", codes="segments"),
        Field("segment_now", Kind.CODE, "primary segment now", codes="segments"),
        Field("payer_before", Kind.CODE, "payer of the month before", codes="payers"),
        Field("payer_now", Kind.CODE, "payer now", codes="payers"),
        Field("channel_now", Kind.CODE, "channel of enrolment of the primary membership now", codes="channels"),
        Field("basis_before", Kind.CODE, "vulnerable_basis the month before", codes="vulnerable_bases"),
        Field("basis_now", Kind.CODE, "vulnerable_basis now", codes="vulnerable_bases"),
        Field("persons", Kind.COUNT, "persons", "person"),
    ),
    key=("kind",),
)  # fmt: skip

ENTRANTS = Table(
    "entrants", "persons who entered in the month", "one row per person",
    (
        MONTH, _PERSON_ID, _MEMBERSHIP_KEY,
        Field("segment", Kind.CODE, "primary segment at entry", codes="segments"),
        *_from_enrolments("payer"),
    ),
    key=("person_id",),
)  # fmt: skip

REGISTERS = (
    MEMBERSHIPS,
    PAYMENTS,
    LOANS,
    PERSONS,
    PERSON_STATUS_CODES,
    PERSON_ATTRIBUTE_CODES,
    PERSON_CELLS,
    TRANSITIONS,
    ENTRANTS,
    PREPAYMENTS,
)
