"""Digests say what content is, not how it is stored."""

import io
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from workbench import digests

VALUES = st.floats(allow_nan=False, allow_infinity=False, width=64)


@given(st.lists(VALUES, min_size=1, max_size=8))
def test_csv_and_frame_have_one_digest(values: list[float]) -> None:
    frame = pd.DataFrame({"id": [f"{n:03d}" for n in range(len(values))], "p": values})
    text = frame.to_csv(index=False)
    again = pd.read_csv(io.StringIO(text), dtype={"id": str}, float_precision="round_trip")
    assert digests.of_table(again, "id") == digests.of_table(frame, "id")


SHARP = [0.0, -0.0, 1.0, 1e15, 2.0**53, 1e16, float("nan"), float("inf"), 5e-324]


@given(st.lists(st.floats(width=64) | st.sampled_from(SHARP), min_size=1, max_size=8))
def test_columns_of_floats_are_hashed_as_single_cells_are(values: list[float]) -> None:
    """A column of mixed kinds takes the long way, cell by cell; the bytes are the same."""
    ids = [f"{n:03d}" for n in range(len(values) + 1)]
    short = digests._text(values)
    mixed = pd.DataFrame({"id": ids, "p": pd.Series([*values, "end"], dtype=object)})
    long = "\x1f".join(digests._cell(value) for value in mixed["p"].tolist()[:-1])
    assert short == long


def test_rows_and_columns_may_come_in_any_order() -> None:
    frame = pd.DataFrame({"id": ["b", "a"], "p": [0.1, 0.2], "q": [1, 2]})
    other = frame.iloc[::-1][["q", "p", "id"]]
    assert digests.of_table(frame, "id") == digests.of_table(other, "id")


def test_a_changed_cell_changes_the_digest() -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "p": [0.1, 0.2]})
    digest = digests.of_table(frame, "id")
    assert digests.of_table(frame.assign(p=[0.1, 0.2000000000000001]), "id") != digest
    assert digests.of_table(frame.assign(id=["a", "c"]), "id") != digest


def test_cells_do_not_run_together() -> None:
    one = pd.DataFrame({"id": ["a", "b"], "x": ["1", "23"]})
    two = pd.DataFrame({"id": ["a", "b"], "x": ["12", "3"]})
    assert digests.of_table(one, "id") != digests.of_table(two, "id")


def test_code_digest_ignores_place_and_line_endings(tmp_path: Path) -> None:
    for place, ending in (("one", b"\n"), ("two", b"\r\n")):
        folder = tmp_path / place / "room"
        folder.mkdir(parents=True)
        (folder / "a.py").write_bytes(b"x = 1" + ending)
        (folder / "notes.txt").write_text(place)
    one, two = (digests.of_code([tmp_path / p / "room"]) for p in ("one", "two"))
    assert one == two
    (tmp_path / "two/room/a.py").write_text("x = 2\n")
    assert one != digests.of_code([tmp_path / "two/room"])
