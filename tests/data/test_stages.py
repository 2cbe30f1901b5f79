"""Kept results: made once, met again only while nothing they depend on changed."""

from pathlib import Path

import pandas as pd
import pytest

from workbench.data.stages import Stage
from workbench.errors import DataError


def count_calls(value):
    """A maker that counts how often it is asked."""

    def make():
        make.calls += 1
        return value

    make.calls = 0
    return make


def test_a_result_is_made_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "s", {}, "code")
    table, text, value = pd.DataFrame({"a": [1.5]}), b"png", {"b": [1, 2]}
    for load, made in (
        (lambda make: stage.table("x", "in", make), table),
        (lambda make: stage.content("x", "in", ".png", make), text),
        (lambda make: stage.json("x", "in", make), value),
    ):
        make = count_calls(made)
        first, again = load(make), load(make)
        assert make.calls == 1
        assert first.equals(again) if isinstance(first, pd.DataFrame) else first == again


def test_what_is_returned_is_what_a_later_run_recalls(tmp_path: Path) -> None:
    """A tuple comes back as a list at once, not only after a restart."""
    assert Stage(tmp_path, "s", {}, "").json("x", "in", lambda: {"t": (1, 2)}) == {"t": [1, 2]}


@pytest.mark.parametrize("changed", ["item", "input", "settings", "code", "name", "before"])
def test_any_change_makes_it_anew(tmp_path: Path, changed: str) -> None:
    def place(**given: str) -> Path:
        how = {"item": "x", "input": "i", "settings": "1", "code": "c", "name": "s", "before": "b"}
        how |= given
        before = Stage(tmp_path, "earlier", how["before"], "c")
        stage = Stage(tmp_path, how["name"], {"power": how["settings"]}, how["code"], before)
        return stage.place(how["item"], how["input"], ".json")

    assert place(**{changed: "other"}) != place()


def test_names_of_items_cannot_leave_the_folder(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "s", {}, "")
    first, second = (stage.place(name, "in", ".json") for name in ("../../a/b", "..__..__a__b"))
    assert first.parent == second.parent == tmp_path / "s"
    assert first != second


def test_a_damaged_or_unsound_result_is_made_again(tmp_path: Path) -> None:
    stage, make = Stage(tmp_path, "s", {}, ""), count_calls({"sum": 5})
    stage.json("x", "in", make)
    stage.place("x", "in", ".json").write_text('{"sum"')
    assert stage.json("x", "in", make) == {"sum": 5}
    stage.json("x", "in", make, sound=lambda value: value["sum"] > 5)
    assert make.calls == 3


def test_a_maker_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail():
        raise DataError("no tissue")

    stage = Stage(tmp_path, "s", {}, "")
    with pytest.raises(DataError):
        stage.table("x", "in", fail)
    assert not list(tmp_path.rglob("*.*"))
