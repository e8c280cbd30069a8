"""What an error of an object store means for whoever can mend it, in one line that quotes nothing but the store's own code.

Belongs here: reading the library's errors. Its texts name the request and the answer, so they are read and never shown.
"""

import re

from assets.errors import WarehouseUnusable

_CODE = re.compile(r"<Code>([A-Za-z]{1,40})</Code>")
_STATUS = re.compile(r"status code: (\d{3})")
_KNOWN = (  # in this order: the first that fits
    (r"NoSuchBucket|ContainerNotFound|bucket does not exist", "there is no such bucket: make it, or name another"),
    (
        r"latest/(api/token|meta-data)|computeMetadata|metadata/identity|CredentialsNotLoaded",
        "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where the machine has a role",
    ),
    (r"BadScheme", "its endpoint speaks plain HTTP: use https, or AWS_ALLOW_HTTP=true where nobody can listen"),
    (r"status code: 30\d|Received redirect", "the bucket is in another region: set AWS_REGION to its own"),
    (
        r"status code: 40[13]|PermissionDenied|Unauthenticated|ExpiredToken|InvalidToken",
        "these credentials may not do that: see Permissions in docs/object-storage.md",
    ),
    (
        r"error sending request|kind: (Connect|Timeout|Request)",
        "its endpoint cannot be reached: is AWS_ENDPOINT_URL right, and the network up?",
    ),
)


class Absent(Exception):
    """No object of that name."""


class Outpaced(Exception):
    """The object is not, or no longer, the one that was seen."""


def meaning(error: Exception, url: str) -> Exception:
    """Absent, Outpaced, or WarehouseUnusable with what to do about the place `url`."""
    text = str(error)
    said = next((said for sign, said in _KNOWN if re.search(sign, text)), None)
    if isinstance(error, FileNotFoundError) and (said is None or "bucket" not in said):
        return Absent()
    if type(error).__name__ in ("AlreadyExistsError", "PreconditionError"):
        return Outpaced()
    code, status = _CODE.search(text), _STATUS.search(text)
    answer = " ".join([*([f"HTTP {status[1]}"] if status else []), *([code[1]] if code else [])])
    known = (
        said or "the store did not do what was asked: check its settings in the environment, run again, or see its log"
    )
    return WarehouseUnusable(f"{url}: {known}" + (f" ({answer})" if answer else ""))
