"""Claims of the raw flows against the generator's truth, cell by cell."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench import data
from workbench.tabular.exposed import exposed_patients
from workbench.tabular.periods import calendar_years
from workbench.tabular.person_years import person_years
from workbench.tabular.strata import Strata

from .conftest import FEW, SEED, knobs, part, use_case

YEARS, BY = calendar_years(2019, 2021), Strata(("sex", "age"))
CHOSEN = {**FEW, "regularised": 0.1}


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("population") / "set"
    card = use_case(synthetic=CHOSEN).synthesize(folder, SEED)
    return part("population").open_population(data.open(card, "describe"))


@pytest.fixture(scope="module")
def beside(population: Any) -> pd.DataFrame:
    """Truth and what was found, one row a cell."""
    claims = population.claims
    truth = part("synthetic.truth").count_truth(knobs(regularised=0.1), SEED).exposed_table()
    truth = truth.assign(period=truth["year"].astype(str)).rename(columns={"age_band": "age"})
    cell = ["substance", "period", "sex", "age"]
    for table in (
        exposed_patients(claims, "substance", YEARS, BY).table,
        person_years(claims, "substance", YEARS, part("population").RULES, BY).table.rename(
            columns={"person_years": "found_years"}
        ),
    ):
        truth = truth.merge(table.rename(columns={"code": "substance"}), on=cell, how="left")
    return truth.fillna({"exposed_patients": 0, "found_years": 0})


def test_exposed_patients_are_the_true_ones(beside: pd.DataFrame) -> None:
    more = beside["exposed_patients"] - beside["exposed"]
    # A cancelled dispensing whose row a later flow holds again looks as if it had been corrected.
    assert set(more) <= {0, 1}
    assert more.sum() <= 10
    assert (beside["exposed"] > 0).sum() > 1000


def test_person_years_are_the_true_ones(beside: pd.DataFrame) -> None:
    gap = (beside["found_years"] - beside["person_years"]).abs()
    # Two boxes of one pack on one day may be one box in two flows: no table tells.
    assert (gap > 1e-4).sum() < 0.02 * len(beside)
    assert gap.sum() < 0.001 * beside["person_years"].sum()


def test_boxes_are_conserved_and_copies_counted(population: Any) -> None:
    flow = population.ledger.flow_table()
    assert flow["after"].is_monotonic_decreasing
    assert flow["reason"].tolist()[1:] == ["the same row in a later flow", "net of regularisations"]
    assert flow["volume_after"].iloc[2] == flow["volume_after"].iloc[1]
    assert flow["left_out"].iloc[1] > 0


def test_a_second_positive_row_beside_a_negative_one_is_no_copy() -> None:
    rows = pd.DataFrame(
        {"pseudonym": "a", "birth_rank": 1, "date": pd.Timestamp("2020-01-01"), "cip13": "x",
         "boxes": [1, -1, 1], "flow_date": pd.to_datetime(["2020-02-01", "2020-03-01",
                                                           "2020-03-01"])}
    )  # fmt: skip
    keep = part("population").without_copies
    assert len(keep(rows)) == 3
    assert len(keep(rows[rows["boxes"] > 0])) == 1
