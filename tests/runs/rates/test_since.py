"""A refresh: readers keep what was shown before, and what changed is listed from both releases."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.runs import report_rates, synthesize
from workbench.runs.folder import RunFolder
from workbench.runs.reported.exports import read_table
from workbench.runs.reported.refresh import changes, read_before

KEY = ["code", "period", "sex", "age"]


def _patients(folder: Path) -> pd.DataFrame:
    rates = pd.read_csv(folder / "tables/rates.csv", dtype={"period": str})
    return rates[rates["measure"] == "exposed_patients"].set_index(KEY)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two data sets: the second has the persons of the first and more."""
    found = {}
    for name, persons in (("before", 4096), ("after", 8192)):
        folder = tmp_path_factory.mktemp(name) / "data"
        knobs = {"persons": persons, "substances": 6, "events": 20, "planted": 4}
        synthesize(
            "adverse_events", folder, seed=3, params={"synthetic": knobs | {"reporting": 0.3}}
        )
        found[name] = folder
    return found


def test_what_came_since_is_not_found_either(
    grown: dict[str, Path], small_plan: Path, tmp_path: Path
) -> None:
    report_rates(small_plan, grown["before"], tmp_path / "one")
    report_rates(small_plan, grown["after"], tmp_path / "two", since=tmp_path / "one")
    one, two = _patients(tmp_path / "one"), _patients(tmp_path / "two")
    both = one.join(two, lsuffix="_before", how="inner")
    for name in ("exposed", "cases"):
        came = (both[name] - both[f"{name}_before"]).dropna()
        assert len(came) and not ((came > 0) & (came < 11)).any(), name
    listed = pd.read_csv(tmp_path / "two/tables/changes.csv", keep_default_na=False)
    assert set(listed["what"]) <= {"new", "gone", "changed", "revised-coding"}
    cases = listed[listed["table"] == "rates/cases"]
    row = cases[(cases["before"] != "") & (cases["after"] != "")].iloc[0]
    key = row["key"].split("|")
    assert int(float(row["after"])) == two.loc[tuple(key[1:5]), "cases"]
    assert int(float(row["before"])) == one.loc[tuple(key[1:5]), "cases"]


def test_the_same_data_again_changes_nothing(
    population: Path, reported: Path, small_plan: Path, tmp_path: Path
) -> None:
    report_rates(small_plan, population, tmp_path / "again", since=reported)
    listed = pd.read_csv(tmp_path / "again/tables/changes.csv")
    assert listed.empty
    before, after = _patients(reported), _patients(tmp_path / "again")
    # What was hidden stays hidden, what was shown is known anyway.
    assert (before["masked"] == after["masked"]).all()


def test_persons_who_left_are_refused(
    grown: dict[str, Path], small_plan: Path, tmp_path: Path
) -> None:
    report_rates(small_plan, grown["after"], tmp_path / "one")
    with pytest.raises(DataError, match="shrunk"):
        report_rates(small_plan, grown["before"], tmp_path / "two", since=tmp_path / "one")
    assert not (tmp_path / "two" / "tables").exists()


def test_another_name_or_class_is_a_revised_coding(reported: Path) -> None:
    before = read_before(reported, "other data")
    assert before is not None and before.kind == "grown"
    run = RunFolder(reported)
    today = {name: read_table(run, name) for name in ("rates", "substances")}
    today["substances"] = today["substances"].assign(
        label=np.where(today["substances"].index == 0, "renamed", today["substances"]["label"])
    )
    found = changes(before, today)
    assert found["what"].tolist() == ["revised-coding"]
    assert found["after"].tolist() == ["renamed"]


def test_an_earlier_folder_that_is_none_is_refused(
    population: Path, small_plan: Path, tmp_path: Path, changed_plan: Callable[..., Path]
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="not a finished run"):
        report_rates(small_plan, population, tmp_path / "o", since=tmp_path / "empty")
    with pytest.raises(DataError, match="no such run folder"):
        report_rates(small_plan, population, tmp_path / "o", since=tmp_path / "absent")
