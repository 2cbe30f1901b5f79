"""Packs of survival and of estimates: made, checked, leaks and small follow-up named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.challenge.pack import check_pack
from workbench.cli.main import main
from workbench.cli.new_submission import create_submission
from workbench.errors import UsageError
from workbench.scoring import case_keys, check_report, load_challenge, score_file

DATES = ["--opens", "2027-01-01T00:00Z", "--closes", "2027-06-01T00:00Z"]
SURVIVAL = ["--answer", "survival", "--time", "days", "--event", "died", "--times", "182,365,730",
            "--metric", "integrated-brier", "--metric", "uno-c:tau=730"]  # fmt: skip
EFFECTS = ["--answer", "estimates", "--label", "effect", "--oracle", "sd", "--group", "scenario",
           "--answerable", "can", "--interval", "required", "--metric", "effect-interval-score",
           "--metric", "effect-false-positives"]  # fmt: skip


@pytest.fixture
def follow_up(tmp_path: Path) -> Path:
    """200 patients, a third censored; ids that say nothing."""
    rng = np.random.default_rng(8)
    event, lost = rng.exponential(600, 200), rng.exponential(1500, 200)
    table = pd.DataFrame(
        {
            "person": [f"{i:05d}" for i in rng.permutation(9000)[:200]],
            "days": np.ceil(np.minimum(event, lost)).astype(int),
            "died": (event <= lost).astype(int),
        }
    )
    table.to_csv(tmp_path / "follow_up.csv", index=False)
    return tmp_path / "follow_up.csv"


@pytest.fixture
def cohorts(tmp_path: Path) -> Path:
    """120 cohorts of four scenarios with hidden effects."""
    rng = np.random.default_rng(9)
    scenario = rng.permutation(np.repeat(["a", "b", "no-overlap", "null"], 30))
    effect = np.where(scenario == "null", 0.0, rng.normal(0.05, 0.01, 120).round(4))
    table = pd.DataFrame({"cohort": [f"c{i}" for i in rng.permutation(900)[:120]]})
    table = table.assign(scenario=scenario, effect=effect, sd=rng.uniform(0.01, 0.02, 120).round(4))
    table["can"] = (scenario != "no-overlap").astype(int)
    table.to_csv(tmp_path / "cohorts.csv", index=False)
    return tmp_path / "cohorts.csv"


def make(source: Path, unit: str, options: list[str], *more: str) -> int:
    out = source.with_name("pack")
    said = ["--from-csv", str(source), "--id", "odd-one", "--unit", unit, "--out", str(out)]
    return main(["challenge", "new", *said, *options, *more])


@pytest.mark.parametrize("kind", ["survival", "effects"])
def test_a_pack_is_made_and_may_open(kind, follow_up, cohorts) -> None:
    source, unit = (follow_up, "person") if kind == "survival" else (cohorts, "cohort")
    options = SURVIVAL if kind == "survival" else EFFECTS
    assert make(source, unit, options, "--public-share", "0.4", *DATES) == 0
    pack = source.with_name("pack")
    report = check_pack(pack, source.with_name("pack_labels"))
    report.raise_problems()
    codes = {f.problem.code for f in report.findings if f.problem}
    assert codes <= {"labels-given-away", "seal-guessable"}
    assert score_file(pack / "starting_kit/submission.csv", pack).floor.gain > 0
    card = load_challenge(pack)
    for split in card.data.splits:
        content = (pack / split.keys).read_bytes()
        assert check_report(content, card, case_keys(card, split)).accepted
        assert not (pack / split.file).exists()
    for page, words in (("rules.en.md", "one row a case"), ("rules.fr.md", "ligne par cas")):
        text = (pack / page).read_text(encoding="utf-8")
        assert words in text
        assert ("s_365" in text) == (kind == "survival")
        assert ("abstain" in text) == (kind == "effects")


def test_plain_numbers_make_a_pack(tmp_path) -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"scan": [f"s{i}" for i in rng.permutation(400)[:80]]})
    table = table.assign(patient=[f"p{i // 2}" for i in range(80)])
    table.assign(volume=rng.lognormal(3, 1, 80).round(2)).to_csv(tmp_path / "v.csv", index=False)
    options = ["--answer", "estimates", "--label", "volume", "--metric", "mean-relative-error"]
    assert make(tmp_path / "v.csv", "patient", options, "--key", "scan") == 0
    check_pack(tmp_path / "pack", tmp_path / "pack_labels").raise_problems()
    header = (tmp_path / "pack/starting_kit/submission.csv").read_text().splitlines()[0]
    assert header == "scan,estimate"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--answer", "survival", "--time", "days", "--times", "9"], "--event was not said"),
        (["--answer", "survival", "--time", "days", "--event", "dead", "--times", "9"], "'died'"),
        (["--answer", "survival", "--time", "days", "--event", "died", "--times", "x"], "no times"),
        (["--answer", "survival", "--time", "days", "--event", "died", "--times", "9,2"], "rise"),
        (["--time", "days"], "--time has no meaning for classes"),
        (["--answer", "estimates", "--label", "days", "--event", "died"], "--event has no meaning"),
        (["--answer", "estimates", "--label", "days", "--classes", "a,b"], "--classes has no"),
        (
            ["--answer", "survival", "--time", "days", "--event", "person", "--times", "9"],
            "already",
        ),
        ([*SURVIVAL, "--missing", "impute"], "never assumed"),
    ],
)
def test_what_was_not_said_is_never_assumed(options, words, follow_up, capsys) -> None:
    metric = [] if "--metric" in options else ["--metric", "integrated-brier"]
    assert make(follow_up, "person", [*options, *metric]) == 2
    assert words in capsys.readouterr().err
    assert not follow_up.with_name("pack").exists()


def test_labels_that_cannot_carry_the_metrics_stop_the_opening(follow_up) -> None:
    assert make(follow_up, "person", SURVIVAL) == 0
    pack, labels = follow_up.with_name("pack"), follow_up.with_name("pack_labels")
    text = (pack / "challenge.yaml").read_text()
    far = text.replace("- 730", "- 730\n  - 99999").replace("  sealed:", "  # sealed:")
    (pack / "challenge.yaml").write_text(far)
    codes = {f.problem.code for f in check_pack(pack, labels).findings if f.problem}
    assert {"metric-without-support", "few-at-risk"} <= codes


def test_a_leak_of_the_event_is_found(follow_up) -> None:
    table = pd.read_csv(follow_up, dtype=str).sort_values("died")
    table["person"] = [f"{i:04d}" for i in range(200)]
    table.to_csv(follow_up, index=False)
    assert make(follow_up, "person", SURVIVAL) == 0
    report = check_pack(follow_up.with_name("pack"), follow_up.with_name("pack_labels"))
    assert "metadata-leak" in {f.problem.code for f in report.findings if f.problem}


def test_what_a_budget_gives_away_is_said_of_events_and_of_numbers(follow_up, cohorts) -> None:
    for source, unit, options, what in (
        (follow_up, "person", SURVIVAL, "events"),
        (cohorts, "cohort", EFFECTS, "true numbers"),
    ):
        folder = source.with_suffix("")
        folder.mkdir()
        moved = source.rename(folder / source.name)
        assert make(moved, unit, options, *DATES) == 0
        card = json.loads(json.dumps(load_challenge(folder / "pack").model_dump(mode="json")))
        assert card["limits"]["total"] is not None
        report = check_pack(folder / "pack", folder / "pack_labels")
        told = [f.values for f in report.findings if f.check.startswith("labels given away")]
        assert {one["what"] for one in told} == {what}
        assert not any(one["too_much"] for one in told)


def test_a_risk_against_its_curve_is_said_by_the_check(follow_up, capsys) -> None:
    assert make(follow_up, "person", SURVIVAL) == 0
    pack = follow_up.with_name("pack")
    table = pd.read_csv(pack / "starting_kit/submission.csv")
    table.assign(risk=-table["risk"]).to_csv(pack.with_name("turned.csv"), index=False)
    said = ["submit", "--check", str(pack.with_name("turned.csv")), "--challenge", str(pack)]
    assert main(said) == 0
    told = capsys.readouterr()
    assert "accepted: 24 cases" in told.out
    assert "Warning: risk and survival curves order the cases oppositely" in told.err


def test_a_model_of_survival_begins_with_a_template_that_answers(follow_up) -> None:
    assert make(follow_up, "person", SURVIVAL) == 0
    pack = follow_up.with_name("pack")
    card = load_challenge(pack)
    keys = case_keys(card, card.split("sample"))
    (pack / "inputs").mkdir()
    (pack / "inputs/cases.csv").write_text("\n".join([card.key, *keys, ""]))
    models = "models: {accepted: true, sample_inputs: inputs}\n"
    text = (pack / "challenge.yaml").read_text()
    (pack / "challenge.yaml").write_text(text + models)
    folder = create_submission("my_model", str(pack), follow_up.parent)
    out = follow_up.parent / "out"
    out.mkdir()
    called = [sys.executable, "predict.py", str(pack / "inputs"), str(out)]
    subprocess.run(called, cwd=folder, check=True)
    assert check_report((out / "predictions.csv").read_bytes(), card, keys).accepted
    streaming = models.replace("inputs}", "inputs, streaming: {}}")
    (pack / "challenge.yaml").write_text(text + streaming)
    with pytest.raises(UsageError) as caught:
        load_challenge(pack)
    assert [problem.code for problem in caught.value.problems] == ["streaming-classes"]
