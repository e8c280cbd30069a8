"""The address of a PostgreSQL server: parsing and printing it, and error messages without the password.

Belongs here: everything that handles the URL. Not: queries to the server.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from assets.errors import DatabaseRefused

_FORM = "postgresql://user@host:5432/database, with @ : / of a user or password as %40 %3A %2F; better no password: ~/.pgpass"
_TIMEOUTS = {  # the server notices that a publisher is gone and releases its locks, so that readers do not wait
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "client_encoding": "UTF8",
}
_REMEDIES = {
    "42501": "the publisher needs CREATE on the database, and CREATEROLE unless the reading role is there already",
    "2BP01": "drop what depends on the old tables, publish, and create it again",
    "53100": "free space on the server",
    "25006": "this server is read-only: name the primary",
}


@dataclass(frozen=True)
class Address:
    """A database and the user. `shown` is the text for messages; it has no password."""

    shown: str
    conninfo: str = field(repr=False)
    password: str = field(repr=False)


def address(url: str) -> Address:
    """Parse the URL. Raises DatabaseRefused, which does not quote it: a wrong URL may have its password anywhere."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        raise DatabaseRefused(f"the address is no URL of PostgreSQL: write {_FORM}") from None
    host, port, name, user = (str(parts.get(part, "")) for part in ("host", "port", "dbname", "user"))
    is_odd = any("@" in text for text in (host, port, name)) or not re.fullmatch(r"[\d,]*", port)
    if is_odd or not re.match(r"postgres(ql)?://", url):
        raise DatabaseRefused(f"the address is no URL of PostgreSQL: write {_FORM}")
    shown = f"postgresql://{user}{'@' if user else ''}{host}{':' if port else ''}{port}/{name}"
    timeout = parts.get("connect_timeout", "15")
    conninfo = make_conninfo(url, application_name="cakupan publish", connect_timeout=timeout)
    return Address(shown, conninfo, str(parts.get("password", "")))


@contextmanager
def connection(to: Address) -> Iterator[psycopg.Connection]:
    """One transaction: committed at the end, rolled back on any exception. Raises DatabaseRefused, in one line."""
    try:
        with psycopg.connect(to.conninfo) as con:
            for name, value in _TIMEOUTS.items():
                con.execute("SELECT set_config(%s, %s, true)", (name, value))
            yield con
    except psycopg.Error as error:
        raise DatabaseRefused(_error_line(error, to)) from None
    except DatabaseRefused as refused:
        raise DatabaseRefused(f"{to.shown}: {refused}") from None


def _error_line(error: psycopg.Error, to: Address) -> str:
    """The first line of the error, without the password, and the remedy if one is known."""
    text = error.diag.message_primary or (str(error).splitlines() or [type(error).__name__])[0]
    if error.sqlstate == "2BP01" and error.diag.message_detail:
        text = f"{text}: {'; '.join(error.diag.message_detail.splitlines())}"
    if to.password:
        text = text.replace(to.password, "***")
    remedy = _REMEDIES.get(error.sqlstate or "", "nothing was changed; mend it and publish again")
    return f"{to.shown}: {text}: {remedy}"
