"""Translation of object-store errors into one line with the remedy.

Belongs here: reading the library's errors. Their text holds the request and the answer, so it is never shown; only the
store's own error code is.
"""

import re

from assets.errors import WarehouseUnusable

_CODE = re.compile(r"<Code>([A-Za-z]{1,40})</Code>")
_STATUS = re.compile(r"status code: (\d{3})")
_KNOWN = (  # the first pattern that matches wins
    (r"NoSuchBucket|ContainerNotFound|bucket does not exist", "the bucket does not exist: create it, or name another"),
    (
        r"latest/(api/token|meta-data)|computeMetadata|metadata/identity|CredentialsNotLoaded",
        "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where the machine has a role",
    ),
    (
        r"BadScheme",
        "the endpoint uses plain HTTP: use https, or set AWS_ALLOW_HTTP=true on a private network",
    ),
    (r"status code: 30\d|Received redirect", "the bucket is in another region: set AWS_REGION to the bucket's region"),
    (
        r"status code: 40[13]|PermissionDenied|Unauthenticated|ExpiredToken|InvalidToken",
        "these credentials lack a permission: see Permissions in docs/object-storage.md",
    ),
    (
        r"error sending request|kind: (Connect|Timeout|Request)",
        "the endpoint cannot be reached: check AWS_ENDPOINT_URL and the network",
    ),
)


class ObjectNotFound(Exception):
    """The store has no object of that name."""


class PreconditionFailed(Exception):
    """The object has changed since it was read, or exists although it should not."""


def translate_error(error: Exception, url: str) -> Exception:
    """ObjectNotFound, PreconditionFailed, or WarehouseUnusable with the remedy for the warehouse at `url`."""
    text = str(error)
    remedy = next((remedy for pattern, remedy in _KNOWN if re.search(pattern, text)), None)
    if isinstance(error, FileNotFoundError) and (remedy is None or "bucket" not in remedy):
        return ObjectNotFound()
    if type(error).__name__ in ("AlreadyExistsError", "PreconditionError"):
        return PreconditionFailed()
    code, status = _CODE.search(text), _STATUS.search(text)
    answer = " ".join([*([f"HTTP {status[1]}"] if status else []), *([code[1]] if code else [])])
    remedy = remedy or "the store refused the request: check its environment variables, run again, or read its log"
    return WarehouseUnusable(f"{url}: {remedy}" + (f" ({answer})" if answer else ""))
