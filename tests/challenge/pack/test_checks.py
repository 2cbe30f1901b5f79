"""Checking a challenge before it opens: each thing planted is found and named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from workbench.challenge.pack import PackReport, check_pack
from workbench.challenge.pack.overlaps import overlaps
from workbench.challenge.ranking.scheme_names import SCHEMES
from workbench.cli.main import main
from workbench.scoring.card_parts import SchemeName


def codes(report: PackReport) -> dict[str, str]:
    """Return what was found, but for the seals: the splits here are small."""
    found = {f.problem.code: f.outcome for f in report.findings if f.problem is not None}
    found.pop("seal-guessable", None)
    return found


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_changed_labels_are_found(made) -> None:
    path = made.labels_folder / "public-test.csv"
    replaced(path, ",none\n", ",severe\n")
    report = check_pack(made.folder, made.labels_folder)
    assert [problem.code for problem in report.problems] == ["unusable"]
    assert "sealed" in report.problems[0].message


def test_a_person_in_two_splits_is_found(made) -> None:
    labels = {
        "public": pd.DataFrame({"scan": ["1", "2"], "patient": ["P1", "P2"]}),
        "private": pd.DataFrame({"scan": ["3", "2"], "patient": ["P2", "P3"]}),
        "third": pd.DataFrame({"scan": ["x/03", "9"], "patient": ["p001", "p9"]}),
    }
    found = {finding.check: finding for finding in overlaps(made.challenge, labels)}
    assert found["units of 'public' and 'private'"].outcome == "problem"
    assert "such as P2" in found["units of 'public' and 'private'"].detail
    assert found["cases of 'public' and 'private'"].problem.code == "shared-cases"
    assert found["units of 'public' and 'third'"].outcome == "warning"
    assert "P1 and p001" in found["units of 'public' and 'third'"].detail
    assert found["cases of 'private' and 'third'"].outcome == "warning"
    assert found["units of 'private' and 'third'"].outcome == "ok"


def test_hidden_labels_that_are_not_given_are_skipped_visibly(made) -> None:
    report = check_pack(made.folder)
    skipped = [f.check for f in report.findings if f.outcome == "skipped"]
    assert skipped[:2] == ["labels of 'public-test'", "labels of 'private-test'"]
    assert report.problems == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("expected: 0.", "expected: 0.1", "wrong-baseline"),
        ("cases: 36", "cases: 35", "wrong-count"),
        ("units: 18", "units: 19", "wrong-count"),
    ],
)
def test_a_card_that_says_something_else(made, old, new, code) -> None:
    replaced(made.folder / "challenge.yaml", old, new)
    assert codes(check_pack(made.folder, made.labels_folder)) == {code: "problem"}


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("{scheme: rank_then_mean}", "scheme-metric"),
        ("{scheme: mean_then_rank, params: {q: 0.1}}", "unusable"),
    ],
)
def test_a_ranking_that_cannot_be_made(made, rules, code) -> None:
    """Balanced accuracy has no value of one case, and a mean no quantile."""
    written = "ranking:\n  scheme: mean_then_rank\n  ties: min\n"
    replaced(made.folder / "challenge.yaml", written, f"ranking: {rules}\n")
    assert codes(check_pack(made.folder, made.labels_folder)) == {code: "problem"}


def test_the_card_knows_the_schemes_there_are() -> None:
    assert set(get_args(SchemeName)) == set(SCHEMES)


def test_a_list_that_lacks_a_case(made) -> None:
    path = made.folder / "starting_kit/submission_public-test.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    assert codes(check_pack(made.folder, made.labels_folder)) == {"wrong-cases": "problem"}


def test_a_broken_starting_kit(made) -> None:
    path = made.folder / "starting_kit/submission.csv"
    replaced(path, "0.6", "0,6")
    found = codes(check_pack(made.folder, made.labels_folder))
    assert found["cell-count"] == "problem"


def test_unsealed_labels_and_past_dates_are_warnings(made) -> None:
    text = (made.folder / "challenge.yaml").read_text().splitlines(keepends=True)
    kept = "".join(line for line in text if "sealed:" not in line)
    (made.folder / "challenge.yaml").write_text(kept)
    report = check_pack(made.folder, made.labels_folder, now=datetime(2028, 1, 1, tzinfo=UTC))
    assert codes(report) == {"not-sealed": "warning", "phases-over": "warning"}
    sealed = next(f.problem.remedy for f in report.findings if f.check == "labels of 'public-test'"
                  and f.problem)  # fmt: skip
    assert sealed.removeprefix("sealed: ") == made.challenge.sealed["public-test"]


def test_metadata_of_the_organiser_take_part_in_the_leak_test(made) -> None:
    hidden = pd.concat(pd.read_csv(path, dtype=str) for path in made.labels_folder.glob("*.csv"))
    metadata = hidden[["scan"]].assign(scanner=[f"S-{stage}" for stage in hidden["stage"]])
    report = check_pack(made.folder, made.labels_folder, metadata=metadata)
    found = next(f for f in report.findings if f.check == "leak test of 'private-test'")
    assert found.outcome == "warning"
    assert "column scanner" in found.detail


def test_the_command(made, capsys) -> None:
    words = ["challenge", "validate", str(made.folder)]
    assert main([*words, "--labels", str(made.labels_folder)]) == 0
    assert "baseline 'starting-kit'" in capsys.readouterr().out
    replaced(made.folder / "challenge.yaml", "unit: patient", "unti: patient")
    assert main(words) == 2
    error = capsys.readouterr().err
    assert "challenge.yaml:" in error
    assert "Did you mean 'unit'" in error
