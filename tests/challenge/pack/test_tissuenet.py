"""TissueNet's public files (2020): a pack from its labels, its submission shape, its leak."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.challenge.pack import PackPlan, Question, make_pack
from workbench.metrics import TISSUENET_COST
from workbench.scoring import case_keys, check_report, parse_challenge
from workbench.scoring.card_phases import Split

CLASSES = ("benign", "low", "high", "invasive")


@pytest.fixture
def tissuenet(shared_data: Path) -> Path:
    """Folder of the files; the test is skipped where they are absent."""
    return shared_data / "challenges" / "tissuenet"


@pytest.fixture
def plan() -> PackPlan:
    return PackPlan(
        id="tissuenet-mini",
        question=Question(unit="centre", unit_pattern=r"^(C\d+)_", classes=CLASSES),
        metrics=(("cost-score", {}), ("accuracy", {})),
        cost=[list(row) for row in TISSUENET_COST],
    )


def test_the_pack_and_the_leak(tissuenet, plan, tmp_path) -> None:
    """1,015 slides of 18 centres. Rows of the public file stand in runs of one class."""
    made = make_pack(tissuenet / "train_labels.csv", plan, tmp_path / "pack", tmp_path / "hidden")
    split = made.challenge.split("test")
    assert (split.cases, split.units) == (1015, 18)
    assert made.leak.found
    assert made.leak.feature == "order of the rows"
    assert (made.leak.feature_auroc or 0) > 0.7


def test_its_own_header_submits(tissuenet, plan, tmp_path) -> None:
    made = make_pack(tissuenet / "train_labels.csv", plan, tmp_path / "pack", tmp_path / "hidden")
    own = (tissuenet / "train_labels.csv").read_bytes()
    report = check_report(
        own, made.challenge, case_keys(made.challenge, made.challenge.split("test"))
    )
    assert report.accepted


def test_the_submission_format_lists_the_cases_and_submits(tissuenet, challenge_card) -> None:
    split = Split(id="test", keys="submission_format.csv", hidden=True)
    card = challenge_card.within(tissuenet)
    keys = case_keys(card, split)
    assert len(keys) == 1527
    empty = (tissuenet / "submission_format.csv").read_bytes()
    report = check_report(empty, card, keys)
    assert report.counts == {"sum-not-one": 1527}, "all zeros is the format, not an answer"
    filled = pd.read_csv(tissuenet / "submission_format.csv", dtype={"filename": str})
    filled[["0", "1", "2", "3"]] = np.eye(4, dtype=int)[np.arange(1527) % 4]
    assert check_report(filled.to_csv(index=False).encode(), card, keys).accepted


@pytest.fixture
def challenge_card():
    """The shipped card, parsed anew: the test moves it to another folder."""
    import yaml

    from workbench.scoring import load_challenge

    folder = load_challenge("tissue-lesions").folder
    assert folder is not None
    text = (folder / "challenge.yaml").read_text(encoding="utf-8")
    return parse_challenge(yaml.safe_load(text), folder / "challenge.yaml")
