"""Files meant to break the check, or to make it say more than it should."""

from __future__ import annotations

import gzip
import io
import pickle
import time
import tracemalloc
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import SubmissionRejected
from workbench.scoring import check_report, check_submission
from workbench.scoring.cells import number, numbers
from workbench.scoring.unpack import unpacked

KEYS = ["0001", "0002", "0003"]
HEAD = "case,benign,low,high,invasive\n"
GOOD = HEAD + "0001,1,0,0,0\n0002,0.25,0.25,0.25,0.25\n0003,.1,.2,.3,4e-1\n"
FRAME = pd.DataFrame(
    {"case": KEYS, "benign": [1.0] * 3, "low": [0.0] * 3, "high": [0.0] * 3, "invasive": [0.0] * 3}
)


def parquet(table: pa.Table | pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    made = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table)
    pq.write_table(made, buffer)
    return buffer.getvalue()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../submission.csv", GOOD)
    return buffer.getvalue()


def rejected(content: bytes, challenge, keys=KEYS) -> SubmissionRejected:
    with pytest.raises(SubmissionRejected) as caught:
        check_submission(content, challenge, keys)
    return caught.value


def long_text() -> bytes:
    """A text of 2 MB, written once in the file and meant for every one of 1,000 rows."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), ["x" * 2_000_000])
    zero = pa.array([0.0] * 1000)
    return parquet(pa.table([column, zero, zero, zero, zero], names=HEAD.strip().split(",")))


def many_rows() -> bytes:
    """Three million equal rows in a few kilobytes."""
    zero = pa.array(np.zeros(3_000_000))
    return parquet(pa.table([zero] * 5, names=HEAD.strip().split(",")))


NESTED = pa.table({"case": KEYS, "benign": [[1.0]] * 3})
TWICE = pa.table([pa.array(KEYS), pa.array(KEYS)], names=["case", "case"])
# mtime=0: names of tests hold these bytes, and two test workers must give them alike.
PACKED = gzip.compress(GOOD.encode(), mtime=0)


@pytest.mark.parametrize(
    "content", [PACKED, gzip.compress(parquet(FRAME), mtime=0), PACKED + b"\0" * 9]
)
def test_gzip_is_read_by_content(challenge, content) -> None:
    assert check_submission(content, challenge, KEYS)["case"].tolist() == KEYS


def test_a_gzip_file_of_several_parts_is_read_whole(challenge) -> None:
    lines = GOOD.encode().splitlines(keepends=True)
    content = b"".join(gzip.compress(line) for line in lines)
    expected = check_submission(GOOD.encode(), challenge, KEYS)
    pd.testing.assert_frame_equal(check_submission(content, challenge, KEYS), expected)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PACKED[:-9], "broken-gzip"),
        (PACKED[:40] + b"\xff\xff" + PACKED[42:], "broken-gzip"),
        (gzip.compress(b"", mtime=0) * 1001, "broken-gzip"),
        (gzip.compress(PACKED, mtime=0), "archive"),
        (gzip.compress(b"0" * 50_000_000, mtime=0), "too-large"),
        (zipped(), "file-kind"),
        (pickle.dumps([1]), "file-kind"),
        (b"\x93NUMPY\x01\x00", "file-kind"),
        (many_rows(), "too-many-rows"),
        (long_text(), "too-long"),
        (parquet(NESTED), "nested-column"),
        (parquet(TWICE), "duplicate-column"),
        (b"PAR1" + b"\xff" * 400 + b"PAR1", "broken-parquet"),
        (GOOD.replace("benign", "b\x1b[31m").encode(), "unknown-column"),
        ((GOOD + "=cmd|' /C calc'!A0,1,0,0,0\n").encode(), "extra-row"),
        ((GOOD + "../../etc/passwd,1,0,0,0\n").encode(), "extra-row"),
        (GOOD.replace("0003", "0003\u200b").encode(), "extra-row"),
        (GOOD.replace("0003", "０００３").encode(), "extra-row"),
        (GOOD.replace("1,0,0,0", "١,0,0,0").encode(), "not-a-number"),
        (GOOD.replace(",.1,", ",1e309,").encode(), "infinite"),
        (GOOD.replace(",.1,", "," + "9" * 400 + ",").encode(), "infinite"),
        (GOOD.replace(",.1,", ",0x1p-3,").encode(), "not-a-number"),
        (GOOD.replace(",.1,", ",#DIV/0!,").encode(), "not-a-number"),
        (GOOD.replace("0002", "caf\xe9").encode("cp1252"), "encoding"),
        ((HEAD.strip() + "".join(f",c{i}" for i in range(5000)) + "\n").encode(),
         "too-many-columns"),
    ],
)  # fmt: skip
def test_each_attack_has_its_code(challenge, content, code) -> None:
    error = rejected(content, challenge)
    assert code in [problem.code for problem in error.problems]
    assert error.render().isprintable() or "\x1b" not in error.render()
    assert "\x1b" not in str([problem.as_dict() for problem in error.problems])


def test_a_bomb_is_never_held(challenge) -> None:
    bomb = gzip.compress(b"0" * 80_000_000)
    tracemalloc.start()
    try:
        assert unpacked(bomb, 1_000_000).problem is not None
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_hints_for_a_key_that_cannot_be_seen_apart(challenge) -> None:
    error = rejected(GOOD.replace("0003", "0003\u200b").encode(), challenge)
    assert error.problems[0].remedy == "did you mean '0003'?"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_a_declared_encoding_is_read(challenge, encoding) -> None:
    rules = challenge.submission.model_copy(update={"encoding": encoding})
    card = challenge.model_copy(update={"submission": rules})
    content = GOOD.replace("0002", "café").encode(encoding)
    assert "café" in check_submission(content, card, ["0001", "0003", "café"])["case"].tolist()
    utf8 = GOOD.replace("0002", "café").encode()
    assert "café" in check_submission(utf8, card, ["0001", "0003", "café"])["case"].tolist()


def test_further_columns_are_checked_and_kept(challenge) -> None:
    from workbench.scoring.card_parts import FurtherColumn

    asked = [
        FurtherColumn(name="seconds", low=0, high=100),
        FurtherColumn(name="memory", low=0, high=1, required=False),
    ]
    rules = challenge.submission.model_copy(update={"columns": asked})
    card = challenge.model_copy(update={"submission": rules})
    header, *rows = GOOD.splitlines()
    lines = [f"{header},seconds", *(f"{row},{5 * i}" for i, row in enumerate(rows))]
    table = check_submission("\n".join(lines).encode(), card, KEYS)
    assert table["seconds"].tolist() == [0.0, 5.0, 10.0]
    codes = [
        p.code for p in rejected("\n".join(lines).replace(",10", ",101").encode(), card).problems
    ]
    assert codes == ["out-of-range"]
    assert [p.code for p in rejected(GOOD.encode(), card).problems] == ["missing-column"]


def test_forty_thousand_foreign_keys_are_told_in_seconds(challenge) -> None:
    keys = [f"C{i:06d}" for i in range(40_000)]
    rows = "".join(f"D{i:06d},1,0,0,0\n" for i in range(40_000))
    start = time.process_time()
    error = rejected((HEAD + rows).encode(), challenge, keys)
    assert time.process_time() - start < 10
    assert len(error.problems) == 80_000


CELL = st.one_of(
    st.sampled_from(["0.25", "1", "0", "-0", "+1", " .5", "1e-3", "1E5", "nan", "", "0,5", "1_0"]),
    st.floats(allow_nan=True, allow_infinity=True).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False, places=20).map(str),
    st.text("0123456789.eE+-, ", max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(CELL, min_size=1, max_size=20))
def test_columns_are_read_to_the_same_bit_as_cells(cells) -> None:
    for cell, value in zip(cells, numbers(cells).tolist(), strict=True):
        if value == value:
            one = number(cell)
            assert isinstance(one, float)
            assert one.hex() == value.hex()


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["1", "0", ".5", "x", "", " 1"]), min_size=4, max_size=5),
             min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n"]),
)  # fmt: skip
def test_plain_and_quoted_files_are_read_alike(challenge, rows, end) -> None:
    """A quoted header sends the file through the careful reader; the result is the same."""
    keys = [f"k{i}" for i in range(len(rows))]
    body = [",".join([key, *row]) for key, row in zip(keys, rows, strict=True)]
    plain = end.join(["case,benign,low,high,invasive", *body]) + end
    quoted = plain.replace("case,", '"case",', 1)
    found = []
    for text in (plain, quoted):
        try:
            found.append(check_submission(text.encode(), challenge, keys).to_json())
        except SubmissionRejected as error:
            found.append(str([problem.as_dict() for problem in error.problems]))
    assert found[0] == found[1]


BASES = [GOOD.encode(), parquet(FRAME), gzip.compress(GOOD.encode(), mtime=0)]
PIECES = [
    b",",
    b"\r",
    b'"',
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b";",
    b"1e309",
    b"\xe2\x80\xa8",
    b"PAR1",
]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(BASES),
    st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(PIECES), st.integers(0, 4)),
             min_size=1, max_size=5),
)  # fmt: skip
def test_any_bytes_are_accepted_or_refused_by_name(challenge, base, changes) -> None:
    """Pieces put in, bytes taken out: never another error than a refusal with its problems."""
    content = bytearray(base)
    for place, piece, cut in changes:
        start = place % len(content)
        content[start : start + cut] = piece
    try:
        check_submission(bytes(content), challenge, KEYS)
    except SubmissionRejected as error:
        assert error.problems


# A few megabytes at most, which would cost minutes or gigabytes if they were read to the end.
BOMBS = {
    "short rows": (HEAD + "a\n" * 2_000_000, "too-many-rows"),
    "short rows, quoted": (HEAD + '"a"\n' * 900_000, "too-many-rows"),
    "wrong everywhere": (HEAD + "a,x,x,x,x\n" * 400_000, "too-many-rows"),
    "a wide header": ("," * 4_000_000 + "\n", "too-many-columns"),
    "a wide header, short rows": ("c," * 50_000 + "\n" + "a\n" * 1_500_000, "too-many-columns"),
    "a wide header, plain": (
        ",".join(map(str, range(50_000))) + "\n" + "a\n" * 1_500_000, "too-many-columns"
    ),
    "keys that fold": (HEAD + ("\ufdfa" * 900 + ",1,0,0,0\n") * 1_500, "extra-row"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_would_cost_minutes_is_refused_within_seconds(challenge, name, packed) -> None:
    text, code = BOMBS[name]
    content = gzip.compress(text.encode(), 1, mtime=0) if packed else text.encode()
    begun = time.process_time()
    error = rejected(content, challenge)
    assert time.process_time() - begun < 4
    assert code in [problem.code for problem in error.problems]
    assert len(error.problems) < 100_000


LONG_NAME = PACKED[:3] + b"\x08" + PACKED[4:10] + b"n" * 5_000_000 + b"\0" + PACKED[10:]


@pytest.mark.parametrize("padded", [PACKED + b"\0" * 5_000_000, LONG_NAME], ids=["zeros", "name"])
def test_a_packed_file_is_not_padded(challenge, padded) -> None:
    error = rejected(padded, challenge)  # it would be kept as it was sent
    assert [problem.code for problem in error.problems] == ["too-large"]


def test_what_is_not_listed_is_said(challenge, monkeypatch) -> None:
    monkeypatch.setattr("workbench.scoring.bounds.MOST_OF_A_STEP", 3)
    counts = check_report((HEAD + "a,x,0,0,0\n" * 5).encode(), challenge, KEYS).counts
    expected = {"extra-row": 3, "missing-row": 3, "not-a-number": 3, "too-many-problems": 2}
    assert counts == expected


def lies(content: bytes) -> bytes:
    """Let the footer say that every column chunk is small: its own sizes become 100 bytes."""
    about = pq.ParquetFile(io.BytesIO(content)).metadata
    group = about.row_group(0)
    said = {group.total_byte_size}
    said |= {group.column(i).total_uncompressed_size for i in range(group.num_columns)}
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    footer = content[start:]
    for size in (size for size in said if size > 10_000):
        footer = footer.replace(varint(size), varint(100, len(varint(size))))
    return content[:start] + footer


def varint(value: int, length: int = 0) -> bytes:
    """Write a whole number as Thrift does, on so many bytes at least."""
    value, found = value << 1, []
    while value >= 128 or len(found) + 1 < length:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def bomb(cases: pa.Array, rows: int, **options: object) -> bytes:
    zero = pa.array(np.zeros(rows))
    table = pa.table([cases, zero, zero, zero, zero], names=HEAD.strip().split(","))
    buffer = io.BytesIO()
    written = {"compression": "zstd", "write_statistics": False, "use_dictionary": False}
    pq.write_table(table, buffer, **written | options)
    return buffer.getvalue()


def few_rows(rows: int) -> bytes:
    """So many rows of which the footer's total says that they are three."""
    content = bomb(pa.array(np.zeros(rows)), rows, use_dictionary=True)
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    length = len(varint(rows))
    footer = content[start:].replace(varint(rows), varint(3, length), 1)
    assert pq.ParquetFile(io.BytesIO(content[:start] + footer)).metadata.num_rows == 3
    return content[:start] + footer


def typed(kind: pa.DataType) -> bytes:
    return bomb(pa.array([0, 0, 0], pa.int64()).cast(kind), 3)


LONG = pa.array([f"{i}" + "x" * 20_000_000 for i in range(3)])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lies(bomb(LONG, 3)), "too-large"),
        (lies(bomb(LONG, 3, use_dictionary=True, dictionary_pagesize_limit=2**30)), "too-large"),
        (few_rows(2_000_000), "too-many-rows"),
        (bomb(pa.array(["x" * 9_000 + f"{i:04}" for i in range(9_000)]), 9_000,
              column_encoding={"case": "DELTA_BYTE_ARRAY"}), "column-type"),
        (bomb(pa.array([b"x" * 100_000] * 9_000, pa.binary(100_000)), 9_000,
              use_dictionary=True), "column-type"),
        (bomb(pa.array(["x" * 100_000] * 9_000).cast(pa.string_view()), 9_000,
              use_dictionary=True), "too-long"),
        (typed(pa.timestamp("us", tz="Nowhere/At_all")), "column-type"),
        (typed(pa.time64("us")), "column-type"),
        (parquet(pa.table({})), "empty-file"),
        (b"PAR1PAR1", "broken-parquet"),
        (b"PAR1" + b"\x15" * 60 + (60).to_bytes(4, "little") + b"PAR1", "broken-parquet"),
    ],
    ids=range(11),
)  # fmt: skip
def test_each_parquet_bomb_is_refused_before_it_unfolds(challenge, content, code) -> None:
    pa.default_memory_pool().release_unused()
    before, begun = pa.total_allocated_bytes(), time.process_time()
    error = rejected(content, challenge)
    assert [problem.code for problem in error.problems] == [code]
    assert pa.total_allocated_bytes() - before < 2**20 and time.process_time() - begun < 2


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_parquet_file_is_refused_or_read_but_never_an_error(challenge, data) -> None:
    content = bytearray(GOOD_PARQUET)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        check_submission(bytes(content), challenge, KEYS)
    except SubmissionRejected as error:
        assert error.problems


GOOD_PARQUET = parquet(FRAME)


def test_parquet_of_other_writers_is_read(challenge) -> None:
    for options in (
        {"data_page_version": "2.0", "version": "2.6"},
        {"compression": "none", "use_dictionary": False},
        {"row_group_size": 1, "compression": "gzip"},
        {"data_page_size": 1, "write_batch_size": 1},
    ):
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pandas(FRAME), buffer, **options)
        table = check_submission(buffer.getvalue(), challenge, KEYS)
        assert table["case"].tolist() == KEYS
