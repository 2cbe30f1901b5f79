"""A cohort from tables: a flow that adds up, days from time zero, nothing from the future."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from workbench.errors import DataError, UsageError, WorkbenchError
from workbench.methods.causal.assembly import build_cohort
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.protocol import Protocol

from .small_tables import day, tables

ADJUVANT = Path(__file__).parent / "adjuvant.yaml"


def protocol(**changes: object) -> Protocol:
    content = yaml.safe_load(ADJUVANT.read_text())["protocol"]
    content["adjust"] = {"baseline": ["age", "sex", "grade", "size"], "time_varying": []}
    return Protocol.model_validate(content | changes)


def of(cohort: Cohort, person: str) -> int:
    return int(np.flatnonzero(cohort.person == person)[0])


def test_the_flow_falls_and_adds_up() -> None:
    cohort, excluded = build_cohort(tables(), protocol())
    kept = [int(str(step["kept"])) for step in cohort.flow]
    gone = [int(str(step["excluded"])) for step in cohort.flow]
    assert kept == sorted(kept, reverse=True)
    assert [a - b for a, b in pairwise(kept)] == gone[1:]
    assert kept[-1] == len(cohort) == 60 - len(excluded)
    assert dict(zip(excluded.person, excluded.reason, strict=True)) == {
        "p07": "no surgery recorded",
        "p09": "not: first_localised_sts",
        "p06": "not: r0_or_r1",
        "p10": "not: fnclcc in [2, 3]",
        "p05": "not: no_chemo_before",
        "p08": "no follow-up after time zero",
    }


def test_days_and_events_are_those_of_the_tables() -> None:
    cohort, _ = build_cohort(tables(), protocol())
    died, lost, treated = of(cohort, "p04"), of(cohort, "p13"), of(cohort, "p03")
    assert (cohort.end_day[died], cohort.event[died]) == (700.0, 1)
    assert (cohort.end_day[lost], cohort.event[lost]) == (200.0, 0)
    assert not cohort.administrative[lost]
    assert cohort.treated_day[treated] == 40.0
    assert cohort.administrative[treated]
    assert np.isnan(cohort.treated_day[died])
    assert cohort.surgery_day is None


def test_relapse_has_death_as_its_competitor() -> None:
    outcome = {"event": "relapse", "horizon_days": 1826, "competing": "death"}
    cohort, _ = build_cohort(tables(), protocol(outcome=outcome))
    assert (cohort.end_day[of(cohort, "p12")], cohort.event[of(cohort, "p12")]) == (300.0, 1)
    assert (cohort.end_day[of(cohort, "p04")], cohort.event[of(cohort, "p04")]) == (700.0, 2)
    composite = {"event": "relapse_or_death", "horizon_days": 1826}
    cohort, _ = build_cohort(tables(), protocol(outcome=composite))
    assert (cohort.end_day[of(cohort, "p04")], cohort.event[of(cohort, "p04")]) == (700.0, 1)


def test_a_missing_number_has_an_indicator_and_levels_a_reference() -> None:
    cohort, _ = build_cohort(tables(), protocol())
    columns = ["age", "sex=male", "grade=3", "size", "size=missing"]
    assert list(cohort.baseline.columns) == columns
    assert cohort.baseline["size=missing"].sum() == 1
    assert cohort.baseline.age.iloc[0] == pytest.approx(6.49, abs=0.02)


def test_covariates_change_from_the_day_they_were_seen() -> None:
    adjust = {"baseline": ["sex", "ecog"], "time_varying": ["ecog", "complication"]}
    cohort, _ = build_cohort(tables(), protocol(adjust=adjust))
    assert cohort.time_varying is not None
    rows = cohort.time_varying[cohort.time_varying.person == "p14"]
    assert rows.day.tolist() == [0.0, 20.0, 25.0]
    assert rows.ecog.tolist() == [0.0, 0.0, 2.0]
    assert rows.complication.tolist() == [0.0, 1.0, 1.0]
    assert set(cohort.time_varying.person) == set(cohort.person)
    assert cohort.negative_control is not None
    assert cohort.negative_control[of(cohort, "p14")] == 1
    assert cohort.negative_control.sum() == 1


def test_neoadjuvant_counts_from_diagnosis_and_keeps_who_was_never_operated() -> None:
    content = yaml.safe_load((ADJUVANT.parent / "neoadjuvant.yaml").read_text())["protocol"]
    content["adjust"] = {"baseline": ["sex", "size"]}
    cohort, _ = build_cohort(tables(), Protocol.model_validate(content))
    assert cohort.surgery_day is not None
    assert np.isnan(cohort.surgery_day[of(cohort, "p07")])
    assert cohort.surgery_day[of(cohort, "p03")] == 30.0
    assert cohort.treated_day[of(cohort, "p03")] == 70.0
    assert "p08" in cohort.person  # followed for the 30 days before surgery


def _codes(data: dict[str, pd.DataFrame], asked: Protocol) -> set[str]:
    with pytest.raises(WorkbenchError) as error:
        build_cohort(data, asked)
    return {problem.code for problem in error.value.problems}


def test_margins_cannot_select_before_surgery() -> None:
    content = yaml.safe_load((ADJUVANT.parent / "neoadjuvant.yaml").read_text())["protocol"]
    early = Protocol.model_validate(content | {"eligibility": ["r0_or_r1"]})
    assert _codes(tables(), early) == {"known-after-time-zero"}
    adjusted = Protocol.model_validate(content | {"adjust": {"baseline": ["margins"]}})
    assert _codes(tables(), adjusted) == {"known-after-time-zero"}


def test_chemotherapy_before_time_zero_is_named_with_the_person() -> None:
    data = tables()
    data["drug"].loc[len(data["drug"])] = ["p01", day(-5), "L01DB01"]
    cohort, _ = build_cohort(data, protocol())
    assert "p01" not in cohort.person
    criteria = [c for c in protocol().eligibility if c != "no_chemo_before"]
    with pytest.raises(DataError, match="p01") as error:
        build_cohort(data, protocol(eligibility=criteria))
    assert error.value.problems[0].code == "treated-before-time-zero"
    assert "no_chemo_before" in error.value.problems[0].remedy


def test_treatment_after_the_end_is_named_with_the_person() -> None:
    data = tables()
    data["drug"].loc[len(data["drug"])] = ["p04", day(800), "L01DB01"]
    with pytest.raises(DataError, match="p04") as error:
        build_cohort(data, protocol())
    assert [p.code for p in error.value.problems] == ["treated-after-end"]


def test_everything_wrong_with_the_tables_is_said_at_once() -> None:
    data = tables()
    del data["drug"]
    data["death"] = data["death"].rename(columns={"date": "dat"})
    data["person"] = pd.concat([data["person"], data["person"].head(1)])
    data["visit"] = data["visit"].astype({"date": object})
    data["visit"].loc[0, "date"] = "yesterday"
    codes = _codes(data, protocol())
    assert codes == {"missing-table", "missing-column", "duplicate-person", "bad-date"}


def test_covariates_that_are_not_there_are_refused() -> None:
    unknown = protocol(adjust={"baseline": ["agee"], "time_varying": []})
    with pytest.raises(UsageError, match="Did you mean 'age'"):
        build_cohort(tables(), unknown)
    moving = protocol(adjust={"baseline": [], "time_varying": ["complicaton"]})
    with pytest.raises(UsageError, match="Did you mean 'complication'"):
        build_cohort(tables(), moving)
    absent = protocol(adjust={"baseline": ["site"], "time_varying": []})
    assert _codes(tables(), absent) == {"no-column"}


def test_nobody_eligible_is_said_with_the_flow() -> None:
    with pytest.raises(DataError, match="0 left after 'age >= 99'") as error:
        build_cohort(tables(), protocol(eligibility=["age >= 99"]))
    assert error.value.problems[0].code == "no-persons"
