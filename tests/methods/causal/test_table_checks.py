"""Tables that contradict each other stop an emulation, or leave those persons out by choice."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from workbench.errors import DataError
from workbench.methods.causal.assembly import build_cohort
from workbench.methods.causal.protocol import Protocol

from .small_tables import ZERO, day, tables

ADJUVANT = Path(__file__).parent / "adjuvant.yaml"


def protocol(bad_rows: str = "stop") -> Protocol:
    content = yaml.safe_load(ADJUVANT.read_text())["protocol"]
    content["adjust"] = {"baseline": ["age", "sex", "grade", "size"], "time_varying": []}
    content["checks"] = {"bad_rows": bad_rows}
    return Protocol.model_validate(content)


def broken() -> dict[str, pd.DataFrame]:
    found = tables()
    drug, procedure, death = (found[name].copy() for name in ("drug", "procedure", "death"))
    drug.loc[len(drug)] = ["p01", day(-60), "L01DB01"]
    procedure.loc[len(procedure)] = ["p02", day(3), "surgery"]
    death.loc[death.person_id == "p04", "date"] = day(690)
    return found | {"drug": drug, "procedure": procedure, "death": death}


def test_every_contradiction_is_named_with_its_row_and_person() -> None:
    with pytest.raises(DataError) as raised:
        build_cohort(broken(), protocol())
    found = {(one.code, one.where.rpartition("person ")[2]) for one in raised.value.problems}
    assert found == {
        ("chemo-before-diagnosis", "p01"),
        ("duplicate-surgery", "p02"),
        ("death-contact-disagree", "p04"),
    }
    assert "bad_rows: exclude" in raised.value.remedy


def test_by_choice_these_persons_are_left_out_and_counted() -> None:
    whole, _ = build_cohort(tables(), protocol())
    cohort, excluded = build_cohort(broken(), protocol("exclude"))
    assert set(whole.person) - set(cohort.person) == {"p01", "p02", "p04"}
    reasons = dict(zip(excluded.person, excluded.reason, strict=True))
    assert reasons["p02"] == "duplicate-surgery"
    kept = {str(step["step"]): step["kept"] for step in cohort.flow}
    assert (kept["in the tables"], kept["sound rows"]) == (60, 57)
    assert len(cohort) == 60 - len(excluded)


def test_sizes_in_centimetres_are_refused_and_name_nobody() -> None:
    found = tables()
    found["tumour"] = found["tumour"].assign(size_mm=found["tumour"]["size_mm"] / 10)
    with pytest.raises(DataError) as refusal:
        build_cohort(found, protocol("exclude"))
    (problem,) = refusal.value.problems
    assert problem.code == "size-unit" and "centimetres" in problem.message
    assert "p0" not in refusal.value.render()


def test_doubtful_links_are_counted() -> None:
    found = tables()
    quality = [0.5] * 4 + [0.9] * 56
    ids = found["person"]["person_id"]
    found["linkage"] = pd.DataFrame({"person_id": ids, "match_quality": quality})
    warnings = build_cohort(found, protocol())[0].warnings
    assert warnings[["code", "rows"]].to_numpy().tolist() == [["low-match-quality", 4]]
    assert not warnings.astype(str).stack().str.contains("p0").any()


def test_a_death_before_time_zero_is_no_death_after_it() -> None:
    found = tables()
    death, period = found["death"].copy(), found["observation_period"].copy()
    death.loc[death.person_id == "p04", "date"] = ZERO - pd.Timedelta(days=9)
    period.loc[period.person_id == "p04", "end"] = ZERO - pd.Timedelta(days=9)
    with pytest.raises(DataError) as raised:
        build_cohort(found | {"death": death, "observation_period": period}, protocol())
    assert {one.code for one in raised.value.problems} == {"event-before-origin"}
