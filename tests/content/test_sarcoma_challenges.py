"""The starting kits of the sarcoma challenges: baselines in their order, made as it is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from workbench import data, registry
from workbench.methods.causal.cohort_files import read_cohort
from workbench.scoring import load_challenge, load_truth, sample_labels, score_file

CAUSAL, SURVIVAL = (load_challenge(f"sarcoma-{name}") for name in ("causal", "survival"))
KIT = Path(str(CAUSAL.folder)) / "starting_kit"
METHODS = ("naive", "iptw", "clone_censor_weight")
IN_KIT = sorted(path.name for path in (KIT / "cohorts").iterdir())


def submission(method: str) -> pd.DataFrame:
    return pd.read_csv(KIT / f"submission_{method}.csv").set_index("cohort")


def test_causal_baselines_are_beaten_in_the_right_order() -> None:
    sheets = [score_file(KIT / f"submission_{method}.csv", CAUSAL) for method in METHODS]
    naive, weighted, cloned = (sheet.primary.value for sheet in sheets)
    floor = sheets[0].floor.value
    assert cloned < floor < weighted < naive
    assert "zero effect" in sheets[0].floor.answer


def test_the_gate_abstains_where_that_is_right() -> None:
    labels = load_truth(sample_labels(CAUSAL), CAUSAL).set_index("cohort")
    cannot = labels.index[labels["answerable"] == "0"]
    assert len(cannot) and (submission("clone_censor_weight").loc[cannot, "abstain"] == 1).all()
    assert (submission("naive")["abstain"] == 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_kits_program_makes_the_kits_answers(method: str, tmp_path: Path) -> None:
    out = tmp_path / "mine.csv"
    words = [str(KIT / "estimate.py"), str(KIT / "cohorts"), "--method", method, "--out", str(out)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    mine = pd.read_csv(out).set_index("cohort")
    pd.testing.assert_frame_equal(mine, submission(method).loc[IN_KIT], atol=1e-5)


def test_no_cohort_tells_its_scenario_by_its_form() -> None:
    forms = set()
    for name in IN_KIT:
        cohort = read_cohort(KIT / "cohorts" / name)
        cohort.check()
        assert cohort.time_varying is not None
        forms.add((tuple(cohort.baseline), tuple(cohort.time_varying)))
    labels = load_truth(sample_labels(CAUSAL), CAUSAL).set_index("cohort")
    assert labels.loc[IN_KIT, "scenario"].nunique() == len(IN_KIT) > 1
    assert len(forms) == 1


def test_survival_baselines_beat_the_null_and_the_null_gains_nothing() -> None:
    kit = Path(str(SURVIVAL.folder)) / "starting_kit"
    cox, null = (score_file(kit / f"submission_{m}.csv", SURVIVAL) for m in ("cox", "kaplan_meier"))
    assert cox.primary.value < null.primary.value
    assert cox.floor.answer == "Kaplan-Meier" and cox.floor.gain > 0
    by_name = {metric.name.rpartition("-")[0]: metric.value for metric in null.metrics}
    assert by_name["uno-c"] == pytest.approx(0.5)


def test_survival_labels_are_those_of_the_kits_data(tmp_path: Path) -> None:
    kit = Path(str(SURVIVAL.folder)) / "starting_kit"
    params = registry.load("use_case", "sarcoma", "params")
    opened = data.open(kit / "data", "evaluate")
    cases = registry.load("use_case", "sarcoma")(params()).prepare(opened, tmp_path).cases.table
    labels = load_truth(sample_labels(SURVIVAL), SURVIVAL)
    known = cases.sort_values("person", ignore_index=True)
    assert labels["person"].tolist() == known["person"].tolist()
    assert labels["time_days"].astype(float).tolist() == known["time"].tolist()
    assert labels["event"].astype(int).tolist() == known["event"].tolist()
