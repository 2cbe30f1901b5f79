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
from workbench.scoring import check_submission
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
        (many_rows(), "too-large"),
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
