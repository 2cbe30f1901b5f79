"""A pack from a labels file: it works at once, and gives no label away."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.challenge.pack import PackPlan, Question, check_pack, make_pack
from workbench.cli.main import main
from workbench.errors import UsageError
from workbench.scoring import case_keys, check_report, load_challenge, split_labels


def test_the_pack_is_whole(made) -> None:
    assert made.files == [
        "README.md",
        "__init__.py",
        "challenge.yaml",
        "rules.en.md",
        "rules.fr.md",
        "starting_kit/labels.csv",
        "starting_kit/submission.csv",
        "starting_kit/submission_all-cases.csv",
        "starting_kit/submission_private-test.csv",
        "starting_kit/submission_public-test.csv",
        "tests/test_pack.py",
    ]
    card = made.challenge
    assert [phase.id for phase in card.phases] == ["public", "final"]
    assert card.phase("final").takes_from == "public"
    assert set(card.sealed) == {"public-test", "private-test"}


def test_persons_are_in_one_split_only(made) -> None:
    parts = [split_labels(made.challenge, made.challenge.split(name), made.labels_folder)
             for name in ("public-test", "private-test")]  # fmt: skip
    assert not set(parts[0]["patient"]) & set(parts[1]["patient"])
    assert sum(map(len, parts)) == 90
    assert len(parts[0]) == 36


def test_no_real_case_has_its_label_in_the_pack(made, labels_file) -> None:
    pairs = {tuple(line.split(",")[::3]) for line in labels_file.read_text().splitlines()[1:]}
    for path in made.folder.rglob("*"):
        if path.is_file():
            for line in path.read_text().splitlines():
                assert not any(scan in line and stage in line for scan, stage in pairs)


def test_it_passes_its_own_check(made) -> None:
    report = check_pack(made.folder, made.labels_folder)
    assert report.problems == []
    outcomes = {finding.check: finding.outcome for finding in report.findings}
    assert outcomes["labels of 'private-test'"] == "ok"
    assert outcomes["units of 'public-test' and 'private-test'"] == "ok"
    assert outcomes["baseline 'starting-kit'"] == "ok"


def test_an_answer_to_the_public_phase_covers_the_private_cases(made) -> None:
    card = made.challenge
    splits = card.splits_answered(card.phase("public"))
    keys = [key for split in splits for key in case_keys(card, split)]
    first, second = (
        (made.folder / split.keys).read_text().splitlines(keepends=True) for split in splits
    )
    assert check_report("".join([*first, *second[1:]]).encode(), card, keys).accepted


def test_the_same_file_makes_the_same_bytes(made, labels_file, plan, tmp_path) -> None:
    again = make_pack(labels_file, plan, tmp_path / "again", tmp_path / "again_hidden")
    for name in made.files:
        assert (made.folder / name).read_bytes() == (again.folder / name).read_bytes()


def test_the_french_page_is_french_throughout(labels_file, plan, tmp_path) -> None:
    unstated = dataclasses.replace(plan, licence=PackPlan.licence)
    made = make_pack(labels_file, unstated, tmp_path / "p", tmp_path / "h")
    french = (made.folder / "rules.fr.md").read_text()
    assert french.splitlines()[0] == f"# {made.challenge.title.fr} : règlement"
    assert french.splitlines()[0].count(" : ") == 1
    assert "Par équipe : 5 soumissions par jour" in french
    assert "not yet" not in french and "pas encore précisée" in french
    assert "not yet stated" in (made.folder / "rules.en.md").read_text()


@pytest.mark.parametrize("policy", ["reject", "worst", "impute"])
def test_every_policy_and_a_single_split(labels_file, plan, tmp_path, policy) -> None:
    one = dataclasses.replace(plan, missing=policy, public_share=0.0, opens=None)
    made = make_pack(labels_file, one, tmp_path / "p", tmp_path / "h")
    assert list(made.challenge.splits) == ["sample", "test"]
    assert made.challenge.phases == []
    assert any("no phase" in text for text in made.assumed)


def test_what_is_there_is_kept_and_labels_stay_outside(labels_file, plan, tmp_path) -> None:
    (tmp_path / "pack").mkdir()
    with pytest.raises(UsageError, match="there already"):
        make_pack(labels_file, plan, tmp_path / "pack", tmp_path / "hidden")
    with pytest.raises(UsageError, match="inside the pack"):
        make_pack(labels_file, plan, tmp_path / "new", tmp_path / "new" / "hidden")


def test_a_metric_that_does_not_exist_writes_nothing(labels_file, plan, tmp_path) -> None:
    wrong = dataclasses.replace(plan, metrics=(("acuracy", {}),))
    with pytest.raises(UsageError) as caught:
        make_pack(labels_file, wrong, tmp_path / "pack", tmp_path / "hidden")
    assert "did you mean 'accuracy'" in caught.value.render()
    assert not (tmp_path / "pack").exists()
    assert not (tmp_path / "hidden").exists()


def test_one_class_with_a_formula_in_its_name(tmp_path) -> None:
    """Names a YAML reader or a spreadsheet takes for something else survive."""
    path = tmp_path / "labels.csv"
    rows = [f"k{i},p{i},{('yes', 'no', '=1+1', 'null')[i % 4]}" for i in range(8)]
    path.write_text("id,who,label\n" + "\n".join(rows) + "\n")
    classes = ("=1+1", "no", "null", "yes")
    plan = PackPlan("odd", Question(unit="who", classes=classes), (("accuracy", {}),))
    made = make_pack(path, plan, tmp_path / "p", tmp_path / "h")
    assert load_challenge(made.folder).classes == ["=1+1", "no", "null", "yes"]


@pytest.mark.slow
def test_from_the_command_line_to_passing_tests(labels_file, tmp_path) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}

    def run(*words: str, folder: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    cli = ("-m", "workbench.cli.main")
    made = run(*cli, "challenge", "new", "--from-csv", str(labels_file), "--id", "stages",
               "--unit", "patient", "--label", "stage", "--classes", "none,mild,severe",
               "--metric", "balanced-accuracy", "--json")  # fmt: skip
    assert json.loads(made.stdout)["labels"] == "stages_labels"
    assert "Assumed:" in made.stderr
    run(*cli, "challenge", "validate", "stages", "--labels", "stages_labels")
    environment["WORKBENCH_LABELS"] = str(tmp_path / "stages_labels")
    tests = run("-m", "pytest", "tests", "-q", "-p", "no:cacheprovider", folder=tmp_path / "stages")
    assert "5 passed" in tests.stdout


def test_the_command_says_what_it_cannot_assume(labels_file, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["challenge", "new", "--from-csv", str(labels_file), "--id", "x", "--metric", "kappa"]
    assert main(words) == 2
    assert "--unit COLUMN" in capsys.readouterr().err
    assert main([*words, "--unit", "patient", "--label", "stage", "--opens", "2026-01-01"]) == 2
    assert "has no time zone" in capsys.readouterr().err


def test_a_new_pack_whose_metric_spells_labels_has_a_safe_budget(tmp_path, plan) -> None:
    """Forty days at five a day would read them all; what the card allows may not."""
    rows = [f"s{i:04d},p{i // 2},{'no' if i % 3 else 'yes'}" for i in range(4000)]
    labels = tmp_path / "many.csv"
    labels.write_text("\n".join(["scan,patient,stage", *rows]) + "\n")
    question = Question(unit="patient", label="stage", classes=("no", "yes"))
    losses = dataclasses.replace(plan, metrics=(("log-loss", {}),), question=question)
    made = make_pack(labels, losses, tmp_path / "pack", tmp_path / "hidden")
    total = made.challenge.limits.total
    assert total is not None and any(f"{total} submissions" in told for told in made.assumed)
    findings = check_pack(made.folder, made.labels_folder).findings
    told = [finding for finding in findings if finding.check.startswith("labels given away")]
    assert told and all(finding.outcome == "ok" for finding in told)
    assert f"{total} in a phase" in (made.folder / "rules.en.md").read_text()
