"""A cohort written is the cohort read; what is missing is named."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_files import PERSONS, read_cohort, write_cohort


def cohort() -> Cohort:
    return Cohort(
        person=np.array(["P1", "P2", "007"]),
        baseline=pd.DataFrame({"age_10y": [0.5, -1.25, 2.0], "deep": [1.0, 0.0, 1.0]}),
        treated_day=np.array([30.0, np.nan, np.nan]),
        end_day=np.array([400.0, 90.0, 2000.0]),
        event=np.array([1, 0, 0], dtype=np.int8),
        administrative=np.array([False, False, True]),
        centre=np.array(["C1", "C1", "01"]),
        time_varying=pd.DataFrame({"person": ["P1", "P2"], "day": [0.0, 9.0], "ill": [0.0, 1.0]}),
        negative_control=np.array([0, 1, 0], dtype=np.int8),
    )


@pytest.mark.parametrize("optional", [True, False])
def test_a_cohort_comes_back_as_it_was(tmp_path: Path, optional: bool) -> None:
    written = cohort()
    if not optional:
        written = replace(written, centre=None, time_varying=None, negative_control=None)
    back = read_cohort(write_cohort(written, tmp_path / "c"))
    for field in fields(Cohort):
        before, after = getattr(written, field.name), getattr(back, field.name)
        if isinstance(before, pd.DataFrame):
            pd.testing.assert_frame_equal(before, after, check_dtype=False)
        elif isinstance(before, np.ndarray):
            np.testing.assert_array_equal(before, after)
        else:
            assert before == after


def test_the_same_cohort_is_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_cohort(cohort(), tmp_path / name) for name in "ab")
    assert (first / PERSONS).read_bytes() == (second / PERSONS).read_bytes()


def test_a_missing_column_is_named_with_what_was_meant(tmp_path: Path) -> None:
    table = pd.read_parquet(write_cohort(cohort(), tmp_path) / PERSONS)
    table.rename(columns={"end_day": "end_days"}).to_parquet(tmp_path / PERSONS)
    with pytest.raises(DataError) as caught:
        read_cohort(tmp_path)
    assert caught.value.problems[0].code == "missing-column"
    assert "end_days" in caught.value.problems[0].render()


def test_what_is_no_cohort_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no table of a cohort"):
        read_cohort(tmp_path)
    (tmp_path / PERSONS).write_text("person,event\n")
    with pytest.raises(DataError, match="no table of a cohort"):
        read_cohort(tmp_path)


def test_a_covariate_may_not_have_the_name_of_another_column(tmp_path: Path) -> None:
    clash = replace(cohort(), baseline=pd.DataFrame({"centre": [1.0, 2.0, 3.0]}))
    with pytest.raises(DataError, match="centre"):
        write_cohort(clash, tmp_path)
