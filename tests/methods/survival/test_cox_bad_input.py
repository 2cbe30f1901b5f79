"""Every fault of a Cox regression's input has a name, a place and a next step."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.methods.survival.cox import fit_cox

RNG = np.random.default_rng(0)
X = pd.DataFrame({"age": RNG.normal(60, 10, 40), "grade": RNG.integers(1, 4, 40).astype(float)})
TIME = np.ceil(RNG.exponential(300, 40))
EVENT = np.arange(40) % 3 > 0


def codes(**changed: object) -> set[str]:
    """Return the codes of the problems that a changed regression has."""
    given = {"design": X, "time": TIME, "event": EVENT} | changed
    with pytest.raises(DataError) as caught:
        fit_cox(**given)
    error = caught.value
    named = {problem.code for problem in error.problems}
    return named or {str(error).split("[")[-1].split("]")[0]}


def at(values: object, row: int, value: float) -> np.ndarray:
    """Return values with one replaced."""
    out = np.array(values, dtype=float)
    out[row] = value
    return out


def test_faults_of_rows_are_named_all_at_once() -> None:
    found = codes(
        design=X.assign(age=at(X.age, 3, np.nan)),
        time=at(TIME, 2, -5),
        event=at(EVENT, 1, 2),
        weights=at(np.ones(40), 0, -1),
    )
    assert found == {"not-finite", "non-positive-time", "event-not-binary", "negative-weight"}


def test_the_place_of_a_fault_is_told() -> None:
    with pytest.raises(DataError, match=r"column age, row 3: .* \(1 of 40 rows\) \[not-finite\]"):
        fit_cox(X.assign(age=at(X.age, 3, np.inf)), TIME, EVENT)


def test_a_time_of_zero_is_rejected_or_counts_as_half_a_day() -> None:
    zero = at(TIME, 7, 0)
    assert codes(time=zero) == {"non-positive-time"}
    assert codes(time=at(TIME, 7, -1), non_positive="half-day") == {"non-positive-time"}
    half = fit_cox(X, zero, EVENT, non_positive="half-day")
    assert half.coefficients.tolist() == fit_cox(X, at(TIME, 7, 0.5), EVENT).coefficients.tolist()


def test_an_entry_after_the_end() -> None:
    assert codes(entry=at(np.zeros(40), 5, TIME[5])) == {"entry-not-before-time"}


def test_nobody_has_the_event() -> None:
    assert codes(event=np.zeros(40)) == {"all-censored"}
    assert codes(weights=(~EVENT).astype(float)) == {"all-censored"}
    assert codes(weights=np.zeros(40)) == {"no-rows"}


def test_shapes_and_names() -> None:
    assert codes(time=TIME[:-1]) == {"wrong-shape"}
    assert codes(design=X.age.to_numpy()) == {"wrong-shape"}
    assert codes(names=["age"]) == {"wrong-shape"}
    assert codes(names=["age", "age"]) == {"wrong-shape"}
    assert codes(strata=["a", None] * 20) == {"missing-label"}
    assert codes(design=X.assign(grade="two")) == {"not-finite"}
    with pytest.raises(DataError, match="count days from one origin"):
        fit_cox(X, ["2024-01-01"] * 40, EVENT)


def test_columns_that_cannot_be_told_apart() -> None:
    wide = X.assign(one=1.0, months=X.age * 12 + X.grade * 3)
    with pytest.raises(DataError) as caught:
        fit_cox(wide, TIME, EVENT)
    found = {problem.code: problem for problem in caught.value.problems}
    assert found["constant-column"].where == "column one"
    assert found["collinear-columns"].where == "column months"
    assert "age, grade" in found["collinear-columns"].message


def test_a_column_that_is_constant_in_every_stratum() -> None:
    assert codes(strata=X.grade) == {"constant-column"}


def test_separation_names_the_column() -> None:
    # Whoever has the marker dies before everybody else.
    first = np.argsort(TIME)[:5]
    marker = np.isin(np.arange(40), first).astype(float)
    with pytest.raises(DataError, match=r"column marker.*\[separation\].*ridge") as caught:
        fit_cox(X.assign(marker=marker), TIME + 0.01 * np.arange(40), EVENT | (marker > 0))
    assert [problem.where for problem in caught.value.problems] == ["column marker"]


def test_a_strong_effect_is_no_separation() -> None:
    rng = np.random.default_rng(3)
    x = (np.arange(2000) < 20).astype(float)
    time = rng.exponential(np.exp(-6 * x))
    fit = fit_cox(x[:, None], time, np.ones(2000))
    assert fit.coefficients[0] == pytest.approx(6, abs=1)


def test_ties_are_efron_or_breslow() -> None:
    with pytest.raises(UsageError, match="did you mean 'efron'"):
        fit_cox(X, TIME, EVENT, ties="effron")  # type: ignore[arg-type]


def test_new_rows_must_fit_the_model() -> None:
    fit = fit_cox(X, TIME, EVENT, strata=np.where(np.arange(40) % 2, "Lyon", "Paris"))
    rows = X.head(2)
    assert fit.survival(rows, [100.0], strata=["Lyon", "Paris"]).shape == (2, 1)
    with pytest.raises(DataError, match=r"unknown-stratum.*[\s\S]*'Lyon'"):
        fit.survival(rows, [100.0])
    with pytest.raises(DataError, match=r"did you mean 'Paris'"):
        fit.survival(rows, [100.0], strata=["Lyon", "Pariss"])
    with pytest.raises(DataError, match=r"lack the columns \['grade'\]"):
        fit.survival(rows[["age"]], [100.0])
    with pytest.raises(DataError, match="not-finite"):
        fit.linear_predictor(rows.assign(age=np.nan))
