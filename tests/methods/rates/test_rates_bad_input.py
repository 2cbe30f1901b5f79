"""Bad counts, exposure and cells are refused by name, all at once, with a next step."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.methods.rates.change_point import change_point
from workbench.methods.rates.control_limits import control_limits, funnel_table
from workbench.methods.rates.counted import counted
from workbench.methods.rates.masked import rate_table
from workbench.methods.rates.overdispersion import overdispersion
from workbench.methods.rates.poisson import count_interval
from workbench.methods.rates.ratio import rate_ratio
from workbench.methods.rates.shrinkage import shrink
from workbench.methods.rates.standardise import direct, observed_expected
from workbench.methods.rates.stimulated import stimulated_reporting
from workbench.methods.rates.trend import trend
from workbench.methods.rates.under_reporting import Scenario, under_reporting


def test_all_broken_groups_are_named_at_once() -> None:
    with pytest.raises(DataError) as error:
        counted([1, -2, 2.5, 3, 4], [10, 10, 10, 0, float("nan")])
    codes = [(problem.code, problem.where) for problem in error.value.problems]
    assert codes == [
        ("bad-count", "group 1"),
        ("bad-count", "group 2"),
        ("bad-exposure", "group 4"),
        ("cases-without-exposure", "group 3"),
    ]


def test_a_masked_number_given_as_0_is_refused_and_never_a_rate() -> None:
    cells = pd.DataFrame(
        {"cases": [3, 3, 1, 2], "exposed": [0, 5, None, 0], "masked": [True, True, False, False]}
    )
    with pytest.raises(DataError, match="never write 0") as error:
        rate_table(cells)
    assert [problem.code for problem in error.value.problems] == [
        "masked-as-zero",
        "masked-and-given",
        "missing-not-masked",
        "cases-without-exposure",
    ]


def test_masked_person_years_without_bounds_are_refused() -> None:
    cells = pd.DataFrame({"cases": [3], "exposed": [None], "masked": [True]})
    with pytest.raises(DataError, match="person-years need them"):
        rate_table(cells, unit="person-years")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: count_interval([1.5]), "bad-count"),
        (lambda: rate_table(pd.DataFrame({"n": [1]})), "lack the column"),
        (lambda: rate_ratio((1, 0), (10, 0)), "two groups with exposure"),
        (lambda: direct([1, 0], [10, 0], [1, 1]), "empty-stratum"),
        (lambda: direct([1], [10], [0]), "bad-standard"),
        (lambda: direct([1], [10], [1, 2]), "standard population"),
        (lambda: observed_expected([1], [10], [float("nan")]), "bad-reference"),
        (lambda: overdispersion([1], [10]), "too-few"),
        (lambda: overdispersion([0, 0], [10, 10]), "too-few"),
        (lambda: shrink([0, 0], [10, 10]), "too-few"),
        (lambda: shrink([1, 2], [10, 10], groups=["a"]), "1 names for 2"),
        (lambda: trend([1, 2], [10, 10], [1, float("nan")]), "finite number a row"),
        (lambda: trend([1], [10], [1]), "too-few"),
        (lambda: trend([1, 2, 3], [9] * 3, [1, 2, 3], calendar_year=[1, 2, 3]), "collinear"),
        (lambda: trend([0, 0, 5], [10] * 3, [0, 1, 2]), "no-maximum"),
        (lambda: change_point([1], [10]), "too-few"),
        (lambda: stimulated_reporting([1, 2], [10, 10], serious=[2, 0]), "part of the cases"),
        (lambda: control_limits([0.0], 2.0), "bad-exposure"),
        (lambda: funnel_table(["a"], [1, 2], [10, 10]), "1 names"),
    ],
)
def test_data_without_an_answer(call: object, words: str) -> None:
    with pytest.raises(DataError, match=words):
        call()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: count_interval([1], method="wald"), "garwood, mid-p"),
        (lambda: count_interval([1], level=1.5), "level"),
        (lambda: direct([1], [10], [1], unit="boxes"), "patients, person-years"),
        (lambda: direct([1], [10], [1], upper="x"), "fay-feuer"),
        (lambda: shrink([1, 9], [10, 10], shape_bounds=(5, 1)), "0 < low < high"),
        (lambda: change_point([1, 2], [10, 10], resamples=1), "at least 99"),
        (lambda: under_reporting(1, 10, scenarios=[Scenario("x", 0.0, "y")]), "above 0"),
    ],
)
def test_choices_without_a_meaning(call: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        call()  # type: ignore[operator]
