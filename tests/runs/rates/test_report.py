"""A report of rates: exact counts, nothing small, nothing found, and no row about a person."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.audit import home
from workbench.methods.disclosure.dimension import additive, overlapping
from workbench.methods.disclosure.release import attack
from workbench.methods.rates.poisson import count_interval
from workbench.runs import report_rates

THRESHOLD = 11
YEARS = ("2019", "2020", "2021")
KEY = ["code", "period", "sex", "age"]


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv", dtype={"period": str, "code": str})


@pytest.fixture(scope="module")
def truly_exposed(population: Path) -> pd.DataFrame:
    """Distinct exposed by substance, year and sex, by plain pandas from the raw flows."""
    flows, people, packs, whose = (
        pd.read_parquet(population / f"{name}.parquet")
        for name in ("dispensing", "person", "product", "beneficiary")
    )
    rows = flows.merge(whose, on=["pseudonym", "birth_rank"])
    key = ["person_id", "cip13", "date"]
    flow = rows.groupby([*key, "flow_date"])["boxes"].transform("min")
    first = rows.groupby([*key, "boxes", "source"])["flow_date"].transform("min")
    copy = (rows["boxes"] > 0) & (flow > 0) & (rows["flow_date"] > first)
    net = rows[~copy].groupby(key)["boxes"].sum()
    had = net[net > 0].reset_index().merge(packs[["cip13", "substance"]].drop_duplicates())
    had["period"] = pd.to_datetime(had["date"]).dt.year.astype(str)
    had = had.merge(people[["person_id", "sex"]]).rename(columns={"substance": "code"})
    return had.drop_duplicates(["person_id", "code", "period"])


def test_shown_patients_are_the_distinct_ones(reported: Path, truly_exposed: pd.DataFrame) -> None:
    rates = table(reported, "rates")
    cells = rates[(rates["measure"] == "exposed_patients") & (rates["age"] == "all")]
    shown = cells[~cells["masked"] & (cells["sex"] != "all") & cells["period"].isin(YEARS)]
    true = truly_exposed.groupby(["code", "period", "sex"]).size()
    assert len(shown) > 15
    for code, period, sex, exposed in shown[["code", "period", "sex", "exposed"]].values.tolist():
        assert exposed == true.get((code, period, sex), 0), (code, period, sex)
    whole = cells[(cells["period"] == "all") & (cells["sex"] == "all") & ~cells["masked"]]
    ever = truly_exposed.groupby("code")["person_id"].nunique()
    assert dict(zip(whole["code"], whole["exposed"], strict=True)) == {
        code: ever[code] for code in whole["code"]
    }


def test_the_cases_are_those_of_plain_counting(reported: Path, population: Path) -> None:
    report, drugs, packs = (
        pd.read_parquet(population / f"{name}.parquet")
        for name in ("report", "report_drug", "product")
    )
    exact = {name.casefold(): s for c in ("substance", "speciality", "label")
             for name, s in zip(packs[c], packs["substance"], strict=True)}  # fmt: skip
    rows = drugs[drugs["role"] != "concomitant"]
    rows = rows.assign(code=rows["drug"].str.casefold().map(exact)).dropna(subset=["code"])
    year = pd.to_datetime(report.set_index("case_id")["received"]).dt.year
    rows = rows[rows["case_id"].map(year).between(2019, 2021)]
    most = rows.drop_duplicates(["case_id", "code"]).groupby("code").size()
    rates = table(reported, "rates")
    whole = rates[(rates[KEY[1:]] == "all").all(axis=1) & ~rates["masked"]]
    found = dict(zip(whole["code"], whole["cases"], strict=True))
    # Slips add cases, repeated reports take some away: about one in twenty each way.
    for code, cases in found.items():
        assert 0.9 * most[code] <= cases <= 1.1 * most[code]


def test_no_small_number_is_shown(reported: Path) -> None:
    rates = table(reported, "rates")
    patients = rates[rates["measure"] == "exposed_patients"]
    for name in ("exposed", "cases"):
        shown = patients.loc[~patients["masked"], name]
        assert not ((shown > 0) & (shown < THRESHOLD)).any()
    assert (
        rates.loc[rates["masked"], ["exposed", "cases", "rate", "low", "high"]].isna().all().all()
    )
    for name, column in (("cases", "cases"), ("signals", "n"), ("flow", "excluded")):
        shown = table(reported, name)[column].dropna()
        assert not ((shown > 0) & (shown < THRESHOLD)).any(), name
    assert not (reported / "stages").exists()


def test_an_attacker_finds_no_small_cell(reported: Path) -> None:
    rates = table(reported, "rates")
    patients = rates[rates["measure"] == "exposed_patients"]
    assert patients["masked"].any()
    for _, own in patients.groupby("code"):
        hierarchy = {
            "period": overlapping(YEARS, measures=["exposed"]),
            "sex": additive(["F", "M"]),
            "age": additive(sorted(set(own["age"]) - {"all"})),
        }
        cells = own[[*KEY[1:], "exposed", "cases"]]
        found = attack(cells, hierarchy, measures=["exposed", "cases"])
        # A number that is not small may be found: a 0, or what was hidden to protect others.
        small = (found["high"] < THRESHOLD) & (found["low"] > 0)
        assert not small.any()


def test_a_rate_has_its_interval_and_a_hidden_one_its_bounds(reported: Path) -> None:
    rates = table(reported, "rates")
    shown = rates[~rates["masked"] & (rates["exposed"] > 0)]
    low, high = count_interval(shown["cases"].to_numpy())
    np.testing.assert_allclose(shown["low"], low / shown["exposed"] * shown["per"])
    np.testing.assert_allclose(shown["high"], high / shown["exposed"] * shown["per"])
    hidden = rates[rates["masked"] & (rates["measure"] == "exposed_patients")]
    assert (hidden["cases_high"] - hidden["cases_low"]).min() >= 1
    assert set(rates["measure"]) == {"exposed_patients", "person_years"}
    assert "all" not in set(rates.loc[rates["measure"] == "person_years", "period"])


def test_what_follows_is_computed_from_what_was_published(reported: Path) -> None:
    rates = table(reported, "rates")
    whole = rates[(rates[KEY[1:]] == "all").all(axis=1)].set_index("code")
    classes = table(reported, "classes")
    assert set(classes["code"]) <= set(whole.index[~whole["masked"]])
    assert np.isclose(classes["observed"].sum(), classes["expected"].sum())
    said = json.loads((reported / "tables/classes.json").read_text())
    assert all(one["drugs"] >= 5 for one in said.values() if one["compared"])
    scenarios = table(reported, "under_reporting")
    halved = scenarios[scenarios["share_reported"] == 0.5].set_index("code")["rate"]
    np.testing.assert_allclose(halved, 2 * whole.loc[halved.index, "rate"])
    assert set(json.loads((reported / "tables/trend.json").read_text())) <= set(whole.index)


def test_facets_add_up_to_the_total_of_the_rates(reported: Path) -> None:
    rates, facets = table(reported, "rates"), table(reported, "cases")
    whole = rates[(rates[KEY[1:]] == "all").all(axis=1)].set_index("code")["cases"]
    for facet in ("severity", "notifier"):
        own = facets[facets["by"] == facet]
        complete = own.groupby("code")["cases"].agg(lambda c: c.sum(skipna=False)).dropna()
        assert len(complete)
        np.testing.assert_array_equal(complete, whole[complete.index])
    assert set(facets["by"]) == {"severity", "notifier", "soc", "sex", "age"}


def test_every_table_has_its_audit_and_says_no_name_of_a_person(
    reported: Path, population: Path
) -> None:
    tables = {path.stem for path in (reported / "tables").glob("*.csv")}
    assert tables == {
        "flow", "rejects", "rates", "substances", "cases", "classes", "standardised", "trend",
        "signals", "under_reporting",
    }  # fmt: skip
    for name in tables:
        assert (reported / "tables" / f"{name}.parquet").is_file()
        assert (reported / "tables" / f"{name}.audit.json").is_file()
    persons = set(pd.read_parquet(population / "person.parquet")["person_id"])
    cases = set(pd.read_parquet(population / "report.parquet")["case_id"])
    for path in (
        p for p in reported.rglob("*") if p.suffix in (".csv", ".json", ".html", ".jsonl")
    ):
        text = path.read_text(encoding="utf-8")
        words = set(text.replace('"', ",").replace("\n", ",").split(","))
        assert not words & (persons | cases), path.name


def test_the_flow_only_loses(reported: Path) -> None:
    flow = table(reported, "flow")
    for _, own in flow.groupby(["source", "table"]):
        known = own["kept"].dropna()
        assert known.is_monotonic_decreasing
    assert {"claims", "reports", "names"} == set(flow["source"])
    assert flow["meaning"].str.fullmatch(r"[a-z0-9-]+").all()


def test_a_finished_report_is_read_back(reported: Path, population: Path, small_plan: Path) -> None:
    again = report_rates(small_plan, population, reported)
    assert again.reused
    assert not list((home() / "cache" / "rates").glob("*/claims")), "rows about persons are gone"
