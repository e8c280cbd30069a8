"""Errors of Spark as one clear line. The text of Spark may quote a cell, so it is never passed on.

Belongs here: the translation, and the suppression of the log of the client, which repeats those texts.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from assets.errors import CakupanError, EngineLost, EngineRefused

warnings.filterwarnings(
    "ignore", r"\[RETRIES_EXCEEDED\]", UserWarning
)  # the client warns from another thread; our message replaces it
_LOGS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")


@contextmanager
def suppress_warnings() -> Iterator[None]:
    """Suppress the warnings of the client about retries and about versions of pandas, which is not used here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def translate_spark_errors(shown: str) -> Iterator[None]:
    """Translate every error of the server into EngineRefused, or EngineLost where the server is gone. `shown`: its address."""
    from pyspark.errors import PySparkException

    for name in _LOGS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        with suppress_warnings():
            yield
    except CakupanError:
        raise
    except PySparkException as error:
        raise _explained(error, shown) from None


def _explained(error: Exception, shown: str) -> EngineRefused:
    status = getattr(getattr(error, "_grpc_status_code", None), "name", "")
    text = str(error)  # read, never shown
    condition = str(getattr(error, "getCondition", lambda: "")() or "")
    if "StatusCode.UNAUTHENTICATED" in text or "StatusCode.PERMISSION_DENIED" in text:
        return EngineRefused(f"Spark at {shown} refused the token: give the right one as CAKUPAN_SPARK_TOKEN")
    if "StatusCode.UNAVAILABLE" in text or condition.startswith("INVALID_HANDLE") or status == "UNAVAILABLE":
        return EngineLost(
            f"Spark at {shown} is not there, or went away at its work: see that the server runs, its host and port, and "
            "TLS unless it is this machine; then run the month again: nothing of it was promoted"
        )
    if condition.startswith(("PATH_NOT_FOUND", "FAILED_READ_FILE")):
        return EngineRefused(
            f"Spark at {shown} does not find a file of the warehouse: it must be where the cluster reaches it under the "
            "same name (a shared folder, or object storage), and be whole; see docs/scaling.md"
        )
    why = condition.partition(".")[0] or type(error).__name__
    return EngineRefused(f"Spark at {shown} could not do it ({why}): its text is withheld, it may quote a cell")
