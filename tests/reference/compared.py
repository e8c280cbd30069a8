"""Two tables side by side: rows by key, values equal, floats to a part in a thousand million.

Belongs here: the comparison, and a message that shows the rows that differ. Not: any table.
"""

from collections.abc import Iterable, Sequence
from math import isclose

from tests.reference.rows import Row


def differences(product: Iterable[Row] | None, reference: Iterable[Row] | None, key: Sequence[str]) -> list[str]:
    """One line for each row or value that is not the same; the first ten."""
    if product is None or reference is None:
        return (
            []
            if product is None and reference is None
            else [f"available: {product is not None}, {reference is not None}"]
        )
    theirs, ours = _by_key(product, key), _by_key(reference, key)
    found = [f"only in the product: {row}" for row_key, row in theirs.items() if row_key not in ours]
    found += [f"only in the reference: {row}" for row_key, row in ours.items() if row_key not in theirs]
    for row_key, row in theirs.items():
        for name, value in row.items():
            if row_key in ours and not _same(value, ours[row_key].get(name, "no such column")):
                found.append(
                    f"{dict(zip(key, row_key, strict=True))}: {name}: {value!r}, reference {ours[row_key].get(name)!r}"
                )
    return found[:10]


def _by_key(rows: Iterable[Row], key: Sequence[str]) -> dict[tuple[object, ...], Row]:
    listed = list(rows)
    found = {tuple(row[name] for name in key): row for row in listed}
    assert len(found) == len(listed), "the key names one row"
    return found


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other
