"""Bad input through the command line: each a named error with an exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.use_cases.sarcoma.test_checks import ERRORS, Change, Writer, cell, shift_sizes
from workbench.cli.main import main

PROTOCOL = Path(__file__).parents[3] / "use_cases/sarcoma/protocols/adjuvant.yaml"
TRAIN = ["train", "use_case=sarcoma", "model=cox", "challenge=sarcoma_survival"]
TRAIN += ["baselines=[]", "tracking=none"]
Said = Callable[..., str]


def of_grade_3_alone(folder: Path) -> Change:
    """Return a change that leaves chemotherapy to those of grade 3."""
    tumours = pd.read_csv(folder / "tumour.csv", dtype="string")
    chosen = set(tumours.loc[tumours["fnclcc_grade"] == "3", "person_id"])
    return lambda table: table[table["person_id"].isin(chosen)]


@pytest.fixture
def said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Said:
    """Return a function that types words, checks the exit code and returns what stderr says."""
    monkeypatch.chdir(tmp_path)

    def typed(*words: str, code: int = 3) -> str:
        assert main(list(words)) == code
        told = capsys.readouterr().err
        assert "Traceback" not in told
        return told

    return typed


@pytest.mark.parametrize("code", [*ERRORS, "size-unit", "negative-time"])
def test_a_run_on_contradicting_tables_is_refused_by_name(
    code: str, changed: Writer, said: Said
) -> None:
    change = ERRORS.get(code, {"tumour": shift_sizes(0.1)})
    if code == "negative-time":
        change = {"observation_period": cell("end", "2001-05-06")}
    folder = changed(**change)
    assert f"[{code}]" in said(*TRAIN, f"use_case.source={folder}")


def test_a_horizon_beyond_the_follow_up_is_refused_by_name(cohort_set: Path, said: Said) -> None:
    words = [*TRAIN, f"use_case.source={cohort_set}", "use_case.params.horizon_days=20000"]
    assert "[tau-beyond-support]" in said(*words)


@pytest.mark.parametrize(
    ("code", "change"),
    [(code, ERRORS[code]) for code in ERRORS if code != "all-censored"]
    + [
        ("no-event", ERRORS["all-censored"]),
        ("size-unit", {"tumour": shift_sizes(0.1)}),
        ("empty-arm", {"drug": lambda table: table.head(0)}),
    ],
)
def test_an_emulation_on_such_tables_is_refused_by_name(
    code: str, change: dict[str, Change], changed: Writer, said: Said
) -> None:
    folder = changed(**change)
    words = ["emulate", str(PROTOCOL), "--data", str(folder), "--out", "out", "--tracking", "none"]
    assert f"[{code}]" in said(*words)
    assert not Path("out/report.html").exists()


def test_treatment_that_grade_decides_alone_is_refused_by_name(
    cohort_set: Path, changed: Writer, said: Said
) -> None:
    folder = changed(drug=of_grade_3_alone(cohort_set))
    words = ["emulate", str(PROTOCOL), "--data", str(folder), "--out", "out", "--tracking", "none"]
    told = said(*words)
    assert "[separation]" in told or "[no-overlap]" in told


def test_an_unknown_key_of_a_protocol_names_the_one_that_was_meant(
    cohort_set: Path, tmp_path: Path, said: Said
) -> None:
    content = yaml.safe_load(PROTOCOL.read_text())
    content["protocol"]["stratgies"] = {}
    (tmp_path / "trial.yaml").write_text(yaml.safe_dump(content))
    words = ["emulate", "trial.yaml", "--data", str(cohort_set), "--out", "out"]
    told = said(*words, code=2)
    assert "[unknown-key]" in told and "'strategies'" in told
