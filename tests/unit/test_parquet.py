"""Every type of Arrow is read exactly, or the file is refused with the name of the column."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.errors import FileRejected
from assets.ingest.readers.parquet import read_parquet
from schemas.extracts.employers import EMPLOYERS

DAY = date(2024, 12, 1)
BEFORE = datetime(2024, 11, 30, 17)  # midnight of DAY in Jakarta, as UTC


def stamps(unit, zone=None, at=datetime(2024, 12, 1)):
    return (
        pa.array([at, None], pa.timestamp(unit)).cast(pa.timestamp(unit, zone))
        if zone
        else pa.array([at, None], pa.timestamp(unit))
    )


def coded(values):
    return values.dictionary_encode().cast(pa.dictionary(pa.int8(), values.type))


READ = {
    **{str(kind): (pa.array([5, None], kind), "number", [5, None]) for kind in (
        pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())},
    "the largest uint64": (pa.array([2**64 - 1, None], pa.uint64()), "number", [2**64 - 1, None]),
    "float16": (pa.array([0.1, None], pa.float16()), "number", [0.1, None]),
    "float32": (pa.array([1658.503, None], pa.float32()), "number", [1658.503, None]),
    "float64": (pa.array([270.776, None], pa.float64()), "number", [270.776, None]),
    "not a number": (pa.array([float("nan"), 1.0], pa.float64()), "number", [None, 1.0]),
    "not a number, narrow": (pa.array([float("nan"), 1.0], pa.float32()), "number", [None, 1.0]),
    "decimal128": (pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)), "number", [Decimal("1.50"), None]),
    "decimal256": (pa.array([Decimal("1.50"), None], pa.decimal256(60, 2)), "number", [Decimal("1.50"), None]),
    "date32": (pa.array([DAY, None], pa.date32()), "date", [DAY, None]),
    "date64": (pa.array([DAY, None], pa.date64()), "date", [DAY, None]),
    **{f"timestamp {unit}": (stamps(unit), "date", [DAY, None]) for unit in ("s", "ms", "us", "ns")},
    **{f"timestamp {unit} UTC": (stamps(unit, "UTC"), "date", [DAY, None]) for unit in ("s", "ms", "us", "ns")},
    "a time of day without a zone": (stamps("us", at=datetime(2024, 12, 1, 23, 59)), "date", [DAY, None]),
    "midnights of the own zone": (stamps("us", "Asia/Jakarta", BEFORE), "date", [DAY, None]),
    "midnights of an offset": (stamps("us", "+07:00", BEFORE), "date", [DAY, None]),
    "midnights of another zone": (stamps("us", "America/New_York", datetime(2024, 12, 1, 5)), "date", [DAY, None]),
    "moments: the day in Jakarta": (stamps("us", "UTC", datetime(2024, 11, 30, 18, 30)), "date", [DAY, None]),
    "bool": (pa.array([True, None]), "flag", [True, None]),
    "string": (pa.array(["a", ""]), "", ["a", None]),
    "large_string": (pa.array(["a", None], pa.large_string()), "", ["a", None]),
    "string_view": (pa.array(["a", None], pa.string_view()), "", ["a", None]),
    "binary": (pa.array(["é".encode(), None], pa.binary()), "", ["é", None]),
    "large_binary": (pa.array([b"a", None], pa.large_binary()), "", ["a", None]),
    "binary_view": (pa.array([b"a", None], pa.binary_view()), "", ["a", None]),
    "fixed_size_binary": (pa.array([b"abc", None], pa.binary(3)), "", ["abc", None]),
    "null": (pa.nulls(2), "", [None, None]),
    "dictionary of texts": (coded(pa.array(["a", None])), "", ["a", None]),
    "dictionary with an empty text": (coded(pa.array(["a", ""])), "", ["a", None]),
    "dictionary of numbers": (coded(pa.array([5, None])), "number", [5, None]),
    "dictionary of doubles": (coded(pa.array([0.5, None])), "number", [0.5, None]),
    "dictionary of days": (coded(pa.array([DAY, None])), "date", [DAY, None]),
}  # fmt: skip
REFUSED = {
    "time32": pa.array([time(1), None], pa.time32("s")),
    "time64": pa.array([time(1), None], pa.time64("us")),
    "duration": pa.array([timedelta(1), None], pa.duration("us")),
    "list": pa.array([[1], None], pa.list_(pa.int64())),
    "large_list": pa.array([[1], None], pa.large_list(pa.int64())),
    "struct": pa.array([{"a": 1}, None]),
    "map": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
    "bytes that are not text": pa.array([b"\xff\xfe", None], pa.binary()),
    "decimals beyond 38 digits": pa.array([Decimal(10**50), None], pa.decimal256(60, 0)),
}


def written(path, cells):
    others = {"divisi": ["1", "2"], "kode_wilayah": ["3201", "3202"]}
    pq.write_table(pa.table({"npp": cells, **others}), path)
    return path


@pytest.mark.parametrize("name", READ)
def test_a_type_is_read_exactly(tmp_path, name):
    cells, ending, values = READ[name]
    batches = list(read_parquet(written(tmp_path / "a.parquet", cells), EMPLOYERS))
    (rows,) = [batch.rows for batch in batches]
    column = f"employer_id:{ending}".removesuffix(":")
    assert [found for found in rows.columns if found.startswith("employer_id")] == [column]
    assert rows[column].to_list() == values
    assert rows["row_number"].to_list() == [2, 3]


@pytest.mark.parametrize("name", REFUSED)
def test_a_type_without_meaning_for_the_field_is_refused_with_its_column(tmp_path, name):
    with pytest.raises(FileRejected, match="column npp") as caught:
        list(read_parquet(written(tmp_path / "a.parquet", REFUSED[name]), EMPLOYERS))
    assert caught.value.reason == "column_type"


def test_a_column_without_a_field_may_have_any_type(tmp_path):
    pq.write_table(
        pa.table({"npp": ["a"], "divisi": ["1"], "kode_wilayah": ["3201"], "nested": [{"x": [1]}]}),
        tmp_path / "a.parquet",
    )
    (batch,) = read_parquet(tmp_path / "a.parquet", EMPLOYERS)
    assert batch.rows.height == 1


def test_a_damaged_file_is_refused(tmp_path):
    path = written(tmp_path / "a.parquet", pa.array(["a" * 5000, "b" * 5000]))
    content = bytearray(path.read_bytes())
    content[30:60] = bytes(30)
    path.write_bytes(content)
    with pytest.raises(FileRejected):
        list(read_parquet(path, EMPLOYERS))


def test_moments_of_all_row_groups_determine_the_time_zone(tmp_path):
    moments = pa.array(
        [datetime(2024, 12, 1, tzinfo=UTC), datetime(2024, 12, 1, 18, tzinfo=UTC)], pa.timestamp("us", "UTC")
    )
    table = pa.table({"npp": ["a", "b"], "divisi": ["1", "2"], "kode_wilayah": ["3201", "3202"], "tgl_daftar": moments})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=1)
    days = [
        day for batch in read_parquet(tmp_path / "a.parquet", EMPLOYERS) for day in batch.rows["registered_on:date"]
    ]
    assert days == [DAY, date(2024, 12, 2)]
