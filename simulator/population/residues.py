"""Sets of residues: the persons of an event among consecutive numbers, counted without listing them.

Belongs here: the sets and the counting. Not here: the events (`absences`).
A person's residue is the number plus an offset of the regency, modulo the modulus of the stratum. Every event depends on
the residue and the month of entry alone, so the persons of a range of numbers are counted by division.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

OFFSET_STEP = 37


@dataclass(frozen=True, eq=False)
class ResidueSet:
    """Residues of a modulus; `counts_below[r]` is how many of them are less than r. Equal only to itself."""

    modulus: int
    residues: tuple[int, ...]
    counts_below: tuple[int, ...]

    def count_below(self, number: int, regency: int) -> int:
        """The number of persons with a lower number that have one of these residues, counted from residue 0."""
        rounds, residue = divmod(number + regency_offset(regency, self.modulus), self.modulus)
        return rounds * self.counts_below[-1] + self.counts_below[residue]

    def count(self, first: int, end: int, regency: int) -> int:
        """The number of persons in the range of numbers [first, end) that have one of these residues."""
        return self.count_below(end, regency) - self.count_below(first, regency) if first < end else 0


def regency_offset(regency: int, modulus: int) -> int:
    """The offset that is added to a person's number, so that regencies differ in who has which residue."""
    return regency * OFFSET_STEP % modulus


def residue_set(modulus: int, residues: Iterable[int]) -> ResidueSet:
    """The set of these residues."""
    distinct = set(residues)
    counts_below = accumulate((residue in distinct for residue in range(modulus)), initial=0)
    return ResidueSet(modulus, tuple(sorted(distinct)), tuple(counts_below))


@cache
def intersection(one: ResidueSet, other: ResidueSet) -> ResidueSet:
    """The residues that both sets contain."""
    return residue_set(one.modulus, set(one.residues) & set(other.residues))
