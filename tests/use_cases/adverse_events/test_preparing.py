"""Raw reports to pairs: names, repeated cases, counts, and what stops the run."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench import data
from workbench.errors import DataError, UsageError
from workbench.learning.signal_scorer import PAIR_RATES
from workbench.tabular.readers.written_names import code_names

from .conftest import FEW, use_case

NAMES = ("substance", "speciality", "label")


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
    coded = code_names(pd.Series(written), products, "substance", NAMES)
    assert coded.tolist()[:8] == ["vantropine"] * 7 + ["lolefistat"]
    assert coded.isna().tolist()[8:] == [True, True]


def test_a_name_between_two_substances_has_no_code() -> None:
    products = pd.DataFrame({"substance": ["amilor", "amilon"], "speciality": ["A1", "B2"],
                             "label": ["A1, 7", "B2, 7"]})  # fmt: skip
    coded = code_names(pd.Series(["amilox", "amilor"]), products, "substance", NAMES)
    assert coded.isna().tolist() == [True, False]


def test_slips_of_the_generator_are_coded_back(opened: Any) -> None:
    drugs, product = opened.table("report_drug"), opened.table("product")
    exact = set()
    for grain in ("substance", "speciality", "label"):
        exact |= set(product[grain].str.casefold())
    slips = drugs[~drugs["drug"].str.casefold().isin(exact)]
    assert 0.02 < len(slips) / len(drugs) < 0.08
    assert code_names(slips["drug"], product, "substance", NAMES).notna().mean() > 0.98


def test_counts_of_a_pair_are_its_distinct_cases(ready: Any, opened: Any) -> None:
    facts = ready.slides.set_index("case")
    assert (facts["n"] <= facts[["n_drug", "n_event"]].min(axis=1)).all()
    total = facts["n_total"].iloc[0]
    assert np.allclose(facts["expected"], facts["n_drug"] * facts["n_event"] / total)
    assert total < len(opened.table("report"))
    assert ready.cases.table["person"].tolist() == facts["substance"].tolist()


def test_repeated_cases_are_counted_once(ready: Any, opened: Any) -> None:
    steps = {step["step"]: step for step in ready.flow}
    repeats = steps["report: repeats of an earlier case"]
    assert 0.02 < repeats["excluded"] / len(opened.table("report")) < 0.05


def test_exposed_patients_stand_beside_the_counts(ready: Any) -> None:
    facts = ready.slides
    assert ready.cases.features == PAIR_RATES
    by_drug = facts.groupby("substance")[["exposed", "others_exposed"]].nunique()
    assert (by_drug == 1).all().all()
    total = (facts["exposed"] + facts["others_exposed"]).unique()
    assert len(total) == 1
    by_event = facts.assign(all_n=facts["n"] + facts["others_n"]).groupby("event")["all_n"]
    assert (by_event.nunique() == 1).all()
    assert (facts["class_n"] <= facts["others_n"]).all()
    assert (facts["class_exposed"] <= facts["others_exposed"]).all()
    # More are dispensed a drug than are reported with it.
    assert (facts["n"] <= facts["exposed"]).mean() > 0.95


def test_exposed_patients_are_those_of_the_truth(ready: Any, truth: Any) -> None:
    yearly = truth.exposed_table().groupby("substance")["exposed"].sum()
    found = ready.slides.drop_duplicates("substance").set_index("substance")["exposed"]
    # A patient of three years is one patient of the window and three of the years.
    share = found / yearly.reindex(found.index)
    assert share.between(1 / 3, 1).all()


def test_what_was_known_on_a_day_looks_at_nothing_later(opened: Any, ready: Any) -> None:
    case = use_case(synthetic=FEW)
    seen = dict(case.monitor(opened, [0, 200, 700, 2000]))
    assert list(seen) == [200, 700, 2000], "something was known before the first report"
    assert len(seen[200]) < len(seen[700]) < len(seen[2000]) == len(ready.cases)
    last = ready.cases.table.set_index("case")["first_day"]
    assert set(seen[700].ids) == set(last.index[last <= 700])
    early = pd.DataFrame(seen[200].matrix(), index=seen[200].ids, columns=PAIR_RATES)
    late = pd.DataFrame(seen[700].matrix(), index=seen[700].ids, columns=PAIR_RATES)
    grown = ["n", "n_drug", "n_event", "n_total", "exposed", "others_n", "others_exposed"]
    assert (early[grown] <= late.loc[early.index, grown]).all().all()
    assert (late.loc[early.index, "exposed"] > early["exposed"]).any()


def test_planted_pairs_lie_high_by_what_is_counted(ready: Any) -> None:
    counts = ready.slides
    ratio = np.log((counts["n"] + 0.5) / (counts["expected"] + 0.5))
    planted = (ready.cases.table["label"] == "planted").to_numpy()
    assert ratio[planted].median() > ratio[~planted].quantile(0.8)


def test_names_that_fit_no_product_stop_the_run(tmp_path: Path) -> None:
    case = use_case(synthetic={"persons": 9000, "typos": 1.0}, max_uncoded=0.0)
    opened = data.open(case.synthesize(tmp_path / "set", 2), "train")
    with pytest.raises(DataError, match="too-many-unknown-codes") as caught:
        case.prepare(opened, tmp_path)
    assert "max_uncoded" in str(caught.value.remedy)


def test_a_role_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="culprit"):
        use_case(roles=["culprit"])
