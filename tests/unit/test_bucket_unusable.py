"""Messages for a bucket that cannot be used: one line each, soon, with the remedy and without a secret."""

import builtins
import time
from pathlib import Path

import dagster as dg
import obstore
import pytest

from assets.checks import errors_as_failures
from assets.errors import WarehouseUnusable
from assets.warehouse import Warehouse
from assets.warehouse.storage.interface import parse_uri
from assets.warehouse.storage.object_store import ObjectStore
from tests.objectstore import KEY_ID, SECRET, TestBucket
from tests.serving import free_port
from tests.unit.promoted import MONTH, promote


def refusals(url: str) -> list[str]:
    """The distinct refusals of each kind of work with the warehouse."""
    message = []
    warehouse, begun = Warehouse(url), time.monotonic()
    for work in (
        lambda: warehouse.months("persons"),
        lambda: warehouse.month_metadata("persons", MONTH),
        lambda: warehouse.files("persons", MONTH),
        lambda: warehouse.check_key_fingerprint("aaaa"),
        lambda: promote(warehouse, "one"),
        lambda: warehouse.lock("persons").__enter__(),
    ):
        with pytest.raises(WarehouseUnusable) as caught:
            work()
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__, "the library's own text goes nowhere"
        message.append(str(caught.value))
    assert time.monotonic() - begun < 60
    for line in message:
        assert "\n" not in line
        assert KEY_ID not in line
        assert SECRET not in line
        assert "planted" not in line
    return sorted(set(message))


def test_no_such_bucket(bucket: TestBucket) -> None:
    [line] = refusals("s3://no-such-bucket/tables")
    assert line == (
        "s3://no-such-bucket/tables: the bucket does not exist: create it, or name another (HTTP 404 NoSuchBucket)"
    )


def test_no_credentials(bucket: TestBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", f"http://127.0.0.1:{free_port()}")  # this machine has no role
    [line] = refusals(bucket.url)
    assert line == (
        f"{bucket.url}: no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where the machine has a role"
    )


def test_credentials_that_may_not(bucket: TestBucket) -> None:
    bucket.server.ask("POST", "moto-api/reset-auth", b"0")  # from now on it wants to know who asks
    try:
        [line] = refusals(bucket.url)
    finally:
        bucket.server.ask("POST", "moto-api/reset-auth", b"inf")
    assert line == (
        f"{bucket.url}: these credentials lack a permission: see Permissions in docs/object-storage.md (HTTP 403 InvalidAccessKeyId)"
    )


def test_an_endpoint_where_nobody_answers(bucket: TestBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    [line] = refusals(bucket.url)
    assert line == (f"{bucket.url}: the endpoint cannot be reached: check AWS_ENDPOINT_URL and the network")


def test_plain_http_only_where_it_is_asked_for(bucket: TestBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ALLOW_HTTP")
    [line] = refusals(bucket.url)
    assert line == (
        f"{bucket.url}: the endpoint uses plain HTTP: use https, or set AWS_ALLOW_HTTP=true on a private network"
    )


@pytest.mark.parametrize("ignored", ["create", "update"])
def test_a_store_that_ignores_conditions(bucket: TestBucket, monkeypatch: pytest.MonkeyPatch, ignored: str) -> None:
    put = obstore.put

    def careless(store, name, content, *, mode="overwrite", **options):
        is_ignored = mode == "create" if ignored == "create" else isinstance(mode, dict)
        return put(store, name, content, mode="overwrite" if is_ignored else mode, **options)

    monkeypatch.setattr(obstore, "put", careless)
    with pytest.raises(WarehouseUnusable) as caught, Warehouse(bucket.url).lock("persons"):
        pass
    assert str(caught.value).startswith(f"{bucket.url}: the store ignores the conditions of a write")
    assert "\n" not in str(caught.value)
    assert bucket.names() == []


def test_a_library_that_is_not_there(bucket: TestBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def missing(name, *arguments, **options):
        if name.startswith("obstore"):
            raise ModuleNotFoundError(name)
        return found(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(WarehouseUnusable) as caught:
        ObjectStore(bucket.url)
    assert str(caught.value) == f"{bucket.url} needs a library: pip install 'cakupan[objectstore]'"


def test_a_stage_fails_with_the_line_alone(bucket: TestBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Warehouse("s3://no-such-bucket/tables")
    with (
        pytest.raises(dg.Failure, match=r"^s3://no-such-bucket/tables: the bucket does not exist"),
        errors_as_failures(gone),
    ):
        gone.months("persons")
    (tmp_path / "file").touch()
    monkeypatch.setenv("CAKUPAN_CACHE", str(tmp_path / "file" / "cache"))
    nowhere = Warehouse(bucket.url)
    with (
        pytest.raises(
            dg.Failure, match=rf"^{tmp_path}/file/cache cannot be written: give this user the right, or name"
        ),
        errors_as_failures(nowhere),
    ):
        promote(nowhere, "one")
    assert bucket.names() == []


@pytest.mark.parametrize(
    "text",
    [
        "ftp://bucket/tables",
        "s3://",
        "s3:///tables",
        f"s3://{KEY_ID}:{SECRET}@bucket/tables",
        f"az://container/tables?sig={SECRET}",
        "s3://bucket/a b",
    ],
)
def test_a_url_without_a_bucket_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(WarehouseUnusable, match=r"^a warehouse is a folder, or s3://bucket/prefix") as caught:
        parse_uri(text)
    assert SECRET not in str(caught.value)
    assert KEY_ID not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_root_is_a_folder_or_a_url(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_uri("tables") == tmp_path / "tables"
    assert parse_uri("s3://bucket/some/prefix/") == "s3://bucket/some/prefix"
    assert parse_uri("gs://bucket") == "gs://bucket"
