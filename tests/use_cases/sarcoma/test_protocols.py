"""From the tables on disk to an emulated trial, by the protocols of the use case."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.use_cases.sarcoma.conftest import knobs, part, use_case
from workbench import data, registry
from workbench.methods.causal.assembly import build_cohort
from workbench.methods.causal.emulation import emulate
from workbench.methods.causal.protocol_file import load_protocol

PROTOCOLS = registry.get("use_case", "sarcoma").folder / "protocols"


def cohort_of(folder: Path, question: str, **chosen: Any) -> tuple[Any, Any]:
    """Write a data set, open it, and return the protocol and the cohort built by it."""
    name, question = question, question.partition("_")[0]
    card = use_case(synthetic={"question": question, **chosen}).synthesize(folder, 2)
    opened = data.open(card, "evaluate")
    tables = {table.name: opened.table(table.name) for table in opened.card.tables}
    protocol = load_protocol(PROTOCOLS / f"{name}.yaml")
    cohort, _ = build_cohort(tables, protocol)
    return protocol, cohort


@pytest.mark.parametrize("question", ["adjuvant", "neoadjuvant"])
def test_tables_give_the_cohort_the_generator_drew(question: str, tmp_path: Path) -> None:
    chosen = {"n": 700, "missing": 0.0, "linkage_loss": 0.0}
    _, cohort = cohort_of(tmp_path / "set", question, **chosen)
    streams = part("synthetic.streams").Streams(2)
    persons = part("synthetic.persons").draw_persons(
        700, knobs(question=question, **chosen), streams
    )
    seen = part("synthetic.observed").observe(persons, knobs(question=question, **chosen), streams)
    drawn = pd.DataFrame(
        {"treated": seen.treated_day, "end": seen.end_day, "event": seen.died},
        index=[f"P{number:06d}" for number in range(1, 701)],
    ).loc[cohort.person]
    assert len(cohort) > 400
    assert (cohort.end_day == drawn["end"]).all()
    assert (cohort.event == drawn["event"]).all()
    assert np.array_equal(cohort.treated_day, drawn["treated"], equal_nan=True)


@pytest.mark.parametrize("name", ["adjuvant", "adjuvant_time_varying"])
def test_the_adjuvant_trials_run_on_the_tables(name: str, tmp_path: Path) -> None:
    protocol, cohort = cohort_of(tmp_path / "set", name, n=1500)
    few = protocol.model_copy(
        update={"uncertainty": protocol.uncertainty.model_copy(update={"bootstrap": 0})}
    )
    found = emulate(cohort, few)
    assert list(found) == [*few.estimators]
    for result in found.values():
        for one in result.estimates:
            assert np.isfinite(one.value) and one.low < one.value < one.high
    adjusted = {column.partition("=")[0] for column in cohort.baseline}
    assert {"age", "size", "grade", "histology", "margins", "ecog"} <= adjusted
    assert (cohort.time_varying is not None) == (name == "adjuvant_time_varying")


def test_the_effect_is_found_again_and_the_naive_answer_is_not(tmp_path: Path) -> None:
    """On one large cohort: within three standard errors by weighting, and not without."""
    source = use_case(synthetic={"linkage_loss": 0.0})
    cohort, true = source.cohort(1, source.knobs("effect", n=20_000)), source.truth(persons=200_000)
    protocol = load_protocol(PROTOCOLS / "adjuvant.yaml")
    update = {
        "adjust": protocol.adjust.model_copy(update={"baseline": "all", "time_varying": []}),
        "uncertainty": protocol.uncertainty.model_copy(update={"bootstrap": 0}),
        "assignment": protocol.assignment.model_copy(update={"alt": ["naive"]}),
    }
    found = emulate(cohort, protocol.model_copy(update=update))
    off = {
        name: (result.estimates[0].value - true.risk_difference)
        / result.estimates[0].standard_error
        for name, result in found.items()
    }
    assert abs(off["clone_censor_weight"]) < 3
    assert off["naive"] < -3
