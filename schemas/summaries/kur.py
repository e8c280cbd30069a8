"""KUR: debtors of people's business credit, those obliged to join, and how many of them are protected."""

from schemas.constraints import PartsOf, SubsetOf, Sum, TableConstraints
from schemas.registers import MONTH
from schemas.summaries.common import ALL, NATION, PROVINCE, STATE, persons, ratio
from schemas.tables import Field, Kind, Table

_DEBTORS = ("debtors",)
_OBLIGED = ("debtors", "obliged_debtors")
_RULE = "Permenko 1/2023 arts 22(8), 26(8), 35(11), list kur_obligations"

_CONTRACTS = ("contracts", "contracts_without_nik")
_PERSONS = (
    "debtors",
    "member_debtors",
    "protected_debtors",
    "protected_pu_debtors",
    "protected_bpu_debtors",
    "obliged_debtors",
    "obliged_protected_debtors",
    "obliged_bpu_debtors",
)
CONSTRAINTS = TableConstraints(
    (
        Sum("provinces", "province_code", NATION, counts=_CONTRACTS),
        Sum("schemes", "scheme", ALL, counts=_CONTRACTS),
        SubsetOf("province_code", NATION, _PERSONS),
        SubsetOf("scheme", ALL, _PERSONS),
        PartsOf("contracts", ("contracts_without_nik", "debtors")),
        PartsOf("debtors", ("member_debtors",)),
        PartsOf("debtors", ("protected_debtors",)),
        PartsOf("member_debtors", ("protected_debtors",)),
        PartsOf("protected_debtors", ("protected_pu_debtors",)),
        PartsOf("protected_debtors", ("protected_bpu_debtors",)),
        PartsOf("debtors", ("obliged_debtors",)),
        PartsOf("obliged_debtors", ("obliged_protected_debtors",)),
        PartsOf("protected_debtors", ("obliged_protected_debtors",)),
        PartsOf("obliged_protected_debtors", ("obliged_bpu_debtors",)),
        PartsOf("protected_bpu_debtors", ("obliged_bpu_debtors",)),
        PartsOf("obliged_debtors", ("obliged_bpu_debtors", "owing_bpu_debtors"), has_remainder=False),
    ),
)

KUR_LINKAGE = Table(
    "kur_linkage", "debtors of people's business credit and their protection",
    "one row per month, province of the debtor and scheme; a person counts once in each row, so rows do not add up",
    (
        MONTH, PROVINCE,
        Field("scheme", Kind.TEXT, "scheme of the credit, or all", codes="kur_schemes", special=("all",)),
        Field("delivered_month", Kind.MONTH, "month of the list of contracts: the newest up to the month", "month"),
        Field("contracts", Kind.COUNT, "loan contracts", "contract", sensitive=True),
        Field("contracts_without_nik", Kind.COUNT, "of them without a valid NIK, so of unknown debtors", "contract",
              sensitive=True, uses=("contracts",)),
        persons("debtors", "persons with a contract, identified by their NIK", uses=("contracts",)),
        persons("member_debtors", "debtors with a membership of any status: protected, grace, lapsed or ended", uses=_DEBTORS,
                formerly="registered_debtors"),
        persons("protected_debtors", "debtors protected in any segment", uses=_DEBTORS),
        persons("protected_pu_debtors", "of them by a PU membership", uses=(*_DEBTORS, "protected_debtors")),
        persons("protected_bpu_debtors", "of them by a BPU membership", uses=(*_DEBTORS, "protected_debtors")),
        Field("obliged_debtors", Kind.COUNT, "debtors with a contract whose scheme and amount oblige them to join as BPU",
              "person", source=_RULE, sensitive=True, uses=_DEBTORS),
        persons("obliged_protected_debtors", "obliged debtors protected in any segment", uses=_OBLIGED),
        persons("obliged_bpu_debtors", "obliged debtors protected as BPU: the obligation is met", uses=_OBLIGED),
        persons("owing_bpu_debtors", "obliged debtors without a protected BPU membership, including PU members", uses=_OBLIGED),
        ratio("link_ratio", "contracts with a valid NIK ÷ contracts", ("contracts", "contracts_without_nik")),
        ratio("protected_ratio", "protected ÷ debtors", (*_DEBTORS, "protected_debtors")),
        ratio("obligation_ratio", "obliged debtors protected as BPU ÷ obliged debtors", (*_OBLIGED, "obliged_bpu_debtors")),
        *STATE,
    ),
    key=("month", "province_code", "scheme"), constraints=CONSTRAINTS,
)  # fmt: skip
