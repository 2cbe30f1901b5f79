"""Raw reports to pairs: names, repeated cases, counts, and what stops the run."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench import data
from workbench.errors import DataError, UsageError

from .conftest import FEW, part, use_case


@pytest.fixture(scope="module")
def ready(opened: Any) -> Any:
    return use_case(synthetic=FEW).prepare(opened, Path())


def test_names_are_coded_at_any_grain_and_with_one_slip() -> None:
    products = pd.DataFrame(
        {"substance": ["vantropine", "lolefistat"], "speciality": ["Vantyl001", "Loletyl002"],
         "label": ["Vantyl001, 28 tablets", "Loletyl002, 7 tablets"]}
    )  # fmt: skip
    written = ["VANTROPINE", "vantyl001", " Vantyl001,  28 tablets", "vantropne", "vanttropine",
               "vatnropine", "vantxopine", "lolefistat", "aspirin", "vantropines x"]  # fmt: skip
    coded = part("coding").code_names(pd.Series(written), products)
    assert coded.tolist()[:8] == ["vantropine"] * 7 + ["lolefistat"]
    assert coded.isna().tolist()[8:] == [True, True]


def test_a_name_between_two_substances_has_no_code() -> None:
    products = pd.DataFrame({"substance": ["amilor", "amilon"], "speciality": ["A1", "B2"],
                             "label": ["A1, 7", "B2, 7"]})  # fmt: skip
    coded = part("coding").code_names(pd.Series(["amilox", "amilor"]), products)
    assert coded.isna().tolist() == [True, False]


def test_slips_of_the_generator_are_coded_back(opened: Any) -> None:
    drugs, product = opened.table("report_drug"), opened.table("product")
    exact = set()
    for grain in ("substance", "speciality", "label"):
        exact |= set(product[grain].str.casefold())
    slips = drugs[~drugs["drug"].str.casefold().isin(exact)]
    assert 0.02 < len(slips) / len(drugs) < 0.08
    assert part("coding").code_names(slips["drug"], product).notna().mean() > 0.98


def test_counts_of_a_pair_are_its_distinct_cases(ready: Any, opened: Any) -> None:
    facts = ready.slides.set_index("case")
    assert (facts["n"] <= facts[["n_drug", "n_event"]].min(axis=1)).all()
    total = facts["n_total"].iloc[0]
    assert np.allclose(facts["expected"], facts["n_drug"] * facts["n_event"] / total)
    assert total < len(opened.table("report"))
    assert ready.cases.table["person"].tolist() == facts["substance"].tolist()


def test_repeated_cases_are_dropped_once() -> None:
    same = {"onset": pd.Timestamp("2020-01-01"), "age": 50.0, "age_unit": "a", "sex": "F",
            "serious": True}  # fmt: skip
    report = pd.DataFrame(
        [{"case_id": case, "received": pd.Timestamp(f"2020-02-0{day}"), **same, **more}
         for case, day, more in [("late", 3, {}), ("first", 1, {"age_unit": None}),
                                 ("other", 2, {"sex": "M"}), ("drug", 4, {})]]
    )  # fmt: skip
    coded = pd.DataFrame({"case_id": ["late", "first", "other", "drug"], "product": list("aaab")})
    events = pd.DataFrame({"case_id": ["late", "first", "other", "drug"], "term": "x"})
    assert part("duplicates").repeated_cases(report, coded, events) == {"late"}


def test_planted_pairs_lie_high_by_what_is_counted(ready: Any) -> None:
    counts = ready.slides
    ratio = np.log((counts["n"] + 0.5) / (counts["expected"] + 0.5))
    planted = (ready.cases.table["label"] == "planted").to_numpy()
    assert ratio[planted].median() > ratio[~planted].quantile(0.8)


def test_names_that_fit_no_product_stop_the_run(tmp_path: Path) -> None:
    case = use_case(synthetic={"persons": 9000, "typos": 1.0}, max_uncoded=0.0)
    opened = data.open(case.synthesize(tmp_path / "set", 2), "train")
    with pytest.raises(DataError, match="too-many-uncoded") as caught:
        case.prepare(opened, tmp_path)
    assert "max_uncoded" in str(caught.value.remedy)


def test_a_role_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="culprit"):
        use_case(roles=["culprit"])
