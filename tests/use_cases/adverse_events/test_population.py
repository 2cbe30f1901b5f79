"""Claims of the raw flows against the generator's truth, cell by cell."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench import data
from workbench.tabular.exposed import exposed_patients
from workbench.tabular.periods import Period, calendar_years
from workbench.tabular.person_years import person_years
from workbench.tabular.strata import Strata

from .conftest import FEW, SEED, knobs, part, use_case

WHOLE = Period("all", dt.date(2019, 1, 1), dt.date(2021, 12, 31))
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
    # A copy in the flow of a cancellation looks as if it had been entered again.
    assert set(more) <= {0, 1}
    assert more.sum() <= 3
    assert (beside["exposed"] > 0).sum() > 1000


def test_person_years_are_the_true_ones(beside: pd.DataFrame) -> None:
    gap = (beside["found_years"] - beside["person_years"]).abs()
    # Two boxes of one pack on one day may be one box in two flows: no table tells.
    assert (gap > 1e-4).sum() < 0.02 * len(beside)
    assert gap.sum() < 0.001 * beside["person_years"].sum()


def test_copies_and_cancellations_are_counted(population: Any) -> None:
    flow = population.ledger.flow_table().set_index(["table", "reason"])["left_out"]
    assert flow["dispensing", "late-copy"] > 0
    assert flow["exposure_event", "cancelled"] > 0
    assert flow["exposure_event", "negative-net"] == 0
    assert flow["person", "reversed-cover"] == 0


def test_patients_up_to_a_day_grow_to_those_of_the_window(population: Any) -> None:
    table = population.exposed_until([30, 400, 1095])
    assert (table[30] <= table[400]).all()
    assert (table[400] <= table[1095]).all()
    whole = exposed_patients(population.claims, "substance", [WHOLE]).table
    found = whole.set_index("code")["exposed_patients"]
    assert (table[1095] == found.reindex(table.index)).all()
