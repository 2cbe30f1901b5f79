"""Real clinical tables: TCGA sarcomas, and tables with time and event whose columns are named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, UsageError

Prepare = Callable[..., Any]
ROTTERDAM = {
    "time": "dtime", "event": "death", "time_unit": "d", "log": ["nodes"],
    "numeric": ["age", "pgr", "er"], "categorical": ["size", "grade", "meno"],
}  # fmt: skip


@pytest.fixture
def survival_data(shared_data: Path) -> Path:
    """Folder of real survival tables."""
    folder = shared_data / "survival"
    if not folder.is_dir():
        pytest.skip("the real survival tables are absent")
    return folder


@pytest.mark.parametrize(("outcome", "events"), [("os", 99), ("rfs", 139)])
def test_sarcomas_of_tcga(survival_data: Path, prepare: Prepare, outcome: str, events: int) -> None:
    path = survival_data / "tcga_sarc_clinical.csv"
    ready = prepare(path, person="bcr_patient_barcode", layout="tcga", outcome=outcome)
    assert len(ready.cases) == 261
    assert ready.cases.table["event"].sum() == events
    table = pd.read_csv(path).set_index("bcr_patient_barcode")
    days = ready.cases.table.set_index("case")["time"]
    assert (days == table["OS.time" if outcome == "os" else "PFI.time"][days.index]).all()
    assert ready.slides["histology"].value_counts()["leiomyosarcoma"] == 105
    # 20 x 10.5 x 6.5 cm and the like: the largest side, in mm, against 75 mm.
    first = ready.slides.set_index("case").loc["TCGA-3B-A9HI", "log_size"]
    assert first == pytest.approx(np.log(80 / 75))


def test_breast_cancers_of_rotterdam(survival_data: Path, prepare: Prepare, tmp_path: Path) -> None:
    path = survival_data / "survival_rotterdam.csv"
    ready = prepare(path, person="pid", layout="table", table=ROTTERDAM)
    assert len(ready.cases) == 2982
    assert ready.cases.table["event"].sum() == 1272
    encoded = ready.encode(ready.cases.ids, 0, tmp_path)
    assert {"size_20-50", "size_>50", "log_nodes_missing"} <= set(encoded.features)


@pytest.mark.parametrize(
    ("file", "table", "cases", "events"),
    [
        ("survival_gbsg.csv", {"time": "rfstime", "event": "status", "numeric": ["age"]}, 686, 299),
        (
            "survival_flchain.csv",
            {"time": "futime", "event": "death", "numeric": ["age", "creatinine"]},
            7874,
            2169,
        ),
        ("survival_veteran.csv", {"time": "time", "event": "status"}, 137, 128),
    ],
)
def test_other_tables(
    survival_data: Path,
    prepare: Prepare,
    file: str,
    table: dict[str, Any],
    cases: int,
    events: int,
) -> None:
    person = "pid" if "gbsg" in file else "rownames"
    ready = prepare(
        survival_data / file,
        person=person,
        layout="table",
        table={**table, "time_unit": "d"},
        zero_times="half-day",
        horizon_days=365,
    )
    assert (len(ready.cases), ready.cases.table["event"].sum()) == (cases, events)
    ready.cases.check()


def test_times_of_zero_in_flchain_are_refused_by_row(survival_data: Path, prepare: Prepare) -> None:
    chosen = {"time": "futime", "event": "death", "time_unit": "d"}
    with pytest.raises(DataError, match=r"row \d+, person \d+: time is 0 d") as refused:
        prepare(survival_data / "survival_flchain.csv", person="rownames", layout="table",
                table=chosen)  # fmt: skip
    assert {problem.code for problem in refused.value.problems} == {"zero-time"}


CSV = "who,months,dead,size,age\na,12,yes,60,50\nb,24,no,55,61\nc,6,yes,70,NA\nd,36,no,80,49\n"
SMALL = {"time": "months", "event": "dead", "event_values": ["yes"], "time_unit": "mo",
         "numeric": ["age"]}  # fmt: skip


def write(folder: Path, text: str) -> Path:
    """Write a table without a card."""
    path = folder / "small.csv"
    path.write_text(text)
    return path


def test_months_become_days_and_words_become_events(tmp_path: Path, prepare: Prepare) -> None:
    ready = prepare(
        write(tmp_path, CSV), person="who", layout="table", table=SMALL, horizon_days=365
    )
    assert ready.cases.table["time"].tolist() == pytest.approx([365.25, 730.5, 182.625, 1095.75])
    assert ready.cases.table["event"].tolist() == [1, 0, 1, 0]
    assert ready.cases.features == ("age", "age_missing")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("12,yes", "-3,yes", "negative-time"),
        ("12,yes", "0,yes", "zero-time"),
        ("12,yes", "NA,yes", "missing-time"),
        ("12,yes", "12;5,yes", "not-a-number"),
        ("12,yes", "12,", "bad-event"),
        ("yes", "no", "all-censored"),
    ],
)
def test_what_is_wrong_with_a_time_is_named(
    tmp_path: Path, prepare: Prepare, old: str, new: str, code: str
) -> None:
    path = write(tmp_path, CSV.replace(old, new))
    with pytest.raises(DataError) as refused:
        prepare(path, person="who", layout="table", table=SMALL, horizon_days=365)
    assert code in {problem.code for problem in refused.value.problems}


def test_nothing_clinical_is_taken_for_granted(tmp_path: Path, prepare: Prepare) -> None:
    with pytest.raises(UsageError) as refused:
        prepare(write(tmp_path, CSV), person="who", layout="table",
                table={"time": "month", "numeric": ["aeg"]})  # fmt: skip
    text = str(refused.value)
    assert "did you mean 'months'" in text and "did you mean 'age'" in text
    assert "table.time_unit: nothing is taken for granted" in text
    assert "table.event: nothing is taken for granted" in text


def test_an_unknown_layout_of_clinical_data_is_said(tmp_path: Path, prepare: Prepare) -> None:
    with pytest.raises(DataError, match="layout=table"):
        prepare(write(tmp_path, CSV), person="who", layout="tcga")


def test_cbioportal_tables_count_months(tmp_path: Path, prepare: Prepare) -> None:
    text = (
        "PATIENT_ID,AGE,SEX,OS_STATUS,OS_MONTHS\nP1,50,Female,1:DECEASED,12\n"
        "P2,61,Male,0:LIVING,72.5\nP3,40,Male,0:LIVING,80\n"
    )
    ready = prepare(write(tmp_path, text), person="PATIENT_ID", layout="tcga")
    assert ready.cases.table["event"].tolist() == [1, 0, 0]
    assert ready.cases.table["time"].iloc[0] == pytest.approx(365.25)


def test_gaps_and_levels_are_learnt_from_the_training_side_alone(
    cohort_set: Path, prepare: Prepare, tmp_path: Path
) -> None:
    ready = prepare(cohort_set)
    train = ready.cases.ids[:200]
    encoded = ready.encode(train, 0, tmp_path / "a")
    rows = ready.numeric["log_size"][:200]
    gaps = ready.numeric["log_size"].isna().to_numpy()
    place = encoded.features.index("log_size")
    assert encoded.matrix()[gaps, place] == pytest.approx(float(rows.median()))
    # Other values on the other side change nothing on this one.
    moved = ready.numeric.copy()
    moved.loc[200:, "log_size"] = 99.0
    again = replace(ready, numeric=moved).encode(train, 0, tmp_path / "b")
    assert (again.matrix()[:200] == encoded.matrix()[:200]).all()


def test_a_saved_encoding_serves_new_persons(
    cohort_set: Path, prepare: Prepare, tmp_path: Path
) -> None:
    ready = prepare(cohort_set)
    encoded = ready.encode(ready.cases.ids, 0, tmp_path / "fold")
    ready.save_encoder(tmp_path / "fold", tmp_path / "model")
    few = prepare(cohort_set, limit=10)
    served = few.encode_with(tmp_path / "model")
    assert served.features == encoded.features
    assert (served.matrix() == encoded.subset(few.cases.ids).matrix()).all()


@pytest.mark.parametrize("outcome", ["rfs", "lr", "dm"])
def test_other_outcomes_are_no_later_than_death(
    cohort_set: Path, prepare: Prepare, outcome: str
) -> None:
    deaths = prepare(cohort_set).cases.table
    other = prepare(cohort_set, outcome=outcome).cases.table
    assert (other["time"] <= deaths["time"]).all()
    assert (other["time"] < deaths["time"]).any()
    if outcome == "rfs":
        assert other["event"].sum() >= deaths["event"].sum()
    else:
        assert (other["competing"] + other["event"] <= 1).all() and other["competing"].any()
