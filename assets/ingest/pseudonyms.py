"""Pseudonyms: identifiers are encrypted with the key of the scheme before anything except quarantine is stored.

Belongs here: the key, and the one vectorised cipher call. AES-256 on exactly one block is a bijection: two NIK can
share the stored 64 bits only by chance (3 in 10,000 for 110 M people), and the other half of the block reveals it.
The key never enters a lazy plan, a log or an exception. Not here: which columns are pseudonymised (`stored_rows`).
"""

import os
from base64 import b64encode
from hashlib import blake2b
from pathlib import Path

import polars as pl
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from assets import environment
from assets.errors import KeyRefused
from assets.warehouse import Warehouse

KEY_VARIABLE = environment.PERSON_KEY
BLOCK = 16
_DEMO_KEY = bytes(range(32))


class PersonKey:
    """The AES-256 key for pseudonyms. It never appears in `repr` or logs."""

    def __init__(self, secret: bytes) -> None:
        """Raises KeyRefused unless the secret has 32 bytes."""
        if len(secret) != 32:
            raise KeyRefused(f"{KEY_VARIABLE} must be 32 bytes (64 hexadecimal digits), but has another length")
        self._cipher = Cipher(algorithms.AES(secret), modes.ECB())  # noqa: S305  one block per value: a permutation
        self.is_demo = secret == _DEMO_KEY

    def __repr__(self) -> str:
        """Never the secret."""
        return "PersonKey(…)"

    @property
    def fingerprint(self) -> str:
        """Identifies the key without revealing it: the encryption of a text that is not a NIK."""
        return self._cipher.encryptor().update(b"cakupan/key-id/1").hex()

    def pseudonymise(self, blocks: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Encrypt 16-byte ASCII texts: (64 bits, 15 other bits) of each; nulls are not allowed.

        Raises KeyRefused, without the values, if a text is not 16 bytes long.
        """
        if blocks.null_count() or not (blocks.str.len_bytes() == BLOCK).all():
            raise KeyRefused("only texts of 16 bytes can be pseudonymised: an identifier was not validated")
        if blocks.is_empty():
            return pl.Series(dtype=pl.Int64), pl.Series(dtype=pl.Int16)
        column = blocks.to_arrow()
        first, last = column.offset, column.offset + len(column)
        text = memoryview(column.buffers()[2]).cast("B")[first * BLOCK : last * BLOCK]
        sealed = pa.py_buffer(self._cipher.encryptor().update(text))
        halves = pl.Series(pa.Array.from_buffers(pa.int64(), 2 * len(column), [None, sealed]))
        other = halves.gather_every(2, 1) & 0x7FFF
        return halves.gather_every(2), other.cast(pl.Int16)


def to_blocks(texts: pl.Series) -> pl.Series:
    """One block of 16 bytes for each text of any length, without nulls: no two texts share one, and none is a NIK.

    A text of up to 15 bytes is filled with NUL at its end. A longer one becomes its digest after a NUL, so that two of them
    can share a block only by chance (once in 10^26 pairs).
    """
    blocks = texts.str.pad_end(BLOCK, "\0")
    long = ((texts.str.len_bytes() >= BLOCK) | (blocks.str.len_bytes() > BLOCK)).arg_true()
    return blocks.scatter(long, [_digest(text) for text in texts.gather(long)]) if long.len() else blocks


def person_key(*, synthetic: bool) -> PersonKey:
    """The key of `CAKUPAN_PERSON_KEY`: 64 hexadecimal digits, or the path of a file with them.

    Synthetic deliveries do not need one: they use a public demonstration key, which real deliveries refuse.
    Raises KeyRefused.
    """
    text = environment.read(KEY_VARIABLE).strip()
    if not text:
        if not synthetic:
            raise KeyRefused(f"{KEY_VARIABLE} is not set: give 64 hexadecimal digits, or the path of a file with them")
        return PersonKey(_DEMO_KEY)
    key = PersonKey(_secret(text))
    if key.is_demo and not synthetic:
        raise KeyRefused(f"{KEY_VARIABLE} is the demonstration key: real deliveries need a secret key")
    return key


def warehouse_key(warehouse: Warehouse, *, synthetic: bool) -> PersonKey:
    """The key of `person_key`, checked against the key that the warehouse was built with. Raises KeyRefused."""
    key = person_key(synthetic=synthetic)
    warehouse.check_key_fingerprint(key.fingerprint)
    return key


def _secret(text: str) -> bytes:
    try:
        if os.sep in text or Path(text).is_file():
            text = Path(text).read_text(encoding="ascii").strip()
        return bytes.fromhex(text)
    except OSError:
        raise KeyRefused(f"the file named in {KEY_VARIABLE} cannot be read") from None
    except ValueError:
        raise KeyRefused(f"{KEY_VARIABLE} is not hexadecimal: 64 digits 0-9 a-f are needed") from None


def _digest(text: str) -> str:
    """88 bits as 15 characters after a NUL."""
    return "\0" + b64encode(blake2b(text.encode(), digest_size=11).digest()).decode().rstrip("=")
