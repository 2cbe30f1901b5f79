"""Labels and cases of splits: the right folder, the seal, the public list of cases."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from workbench.errors import DataError, UsageError
from workbench.scoring import (
    Challenge,
    case_keys,
    check_submission,
    labels_digest,
    load_truth,
    parse_challenge,
    score,
    score_table,
    split_labels,
)
from workbench.scoring.card_phases import Split

CLASSES = ["benign", "low", "high", "invasive"]


def table(prefix: str, n: int = 8) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case": [f"{prefix}{i}" for i in range(n)],
            "patient": [f"{prefix}p{i // 2}" for i in range(n)],
            "label": [CLASSES[i % 4] for i in range(n)],
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Hidden labels of two splits, and a card beside a public list of the first one's cases."""
    (tmp_path / "labels").mkdir()
    (tmp_path / "pack").mkdir()
    for name in ("a", "b"):
        table(name).to_csv(tmp_path / "labels" / f"{name}.csv", index=False)
    listed = table("a").rename(columns={"case": "filename"})[["filename"]]
    listed[["0", "1", "2", "3"]] = 0
    listed.to_csv(tmp_path / "pack" / "submission_format.csv", index=False)
    return tmp_path


@pytest.fixture
def card(challenge: Challenge, folder: Path) -> Challenge:
    text = (challenge.folder / "challenge.yaml").read_text(encoding="utf-8")
    sealed = labels_digest(load_truth(table("b"), challenge), challenge)
    splits = [
        {"id": "a", "hidden": True, "keys": "submission_format.csv"},
        {"id": "b", "hidden": True, "sealed": sealed},
    ]
    content = yaml.safe_load(text) | {"data": {"splits": splits}}
    return parse_challenge(content, folder / "pack" / "challenge.yaml")


def test_hidden_labels_need_their_folder(card, folder) -> None:
    with pytest.raises(UsageError, match="hidden"):
        split_labels(card, card.split("b"))
    assert len(split_labels(card, card.split("b"), folder / "labels")) == 8


def test_changed_labels_are_not_scored(card, folder) -> None:
    path = folder / "labels" / "b.csv"
    path.write_text(path.read_text().replace("b0,bp0,benign", "b0,bp0,invasive"))
    with pytest.raises(DataError, match="not those that were sealed"):
        split_labels(card, card.split("b"), folder / "labels")


def test_the_seal_is_of_the_content_and_equals_the_sheet(card, folder) -> None:
    path = folder / "labels" / "b.csv"
    shuffled = table("b").sample(frac=1, random_state=1)[["label", "case", "patient"]]
    path.unlink()
    shuffled.to_parquet(path)
    labels = split_labels(card, card.split("b"), folder / "labels")
    answers = pd.DataFrame(dict.fromkeys(CLASSES, [0.25] * 8)).assign(case=labels["case"])
    sheet = score(answers, labels, card, resamples=100)
    assert sheet.digests.truth == card.sealed["b"]


def test_cases_are_known_without_labels(card, folder) -> None:
    assert case_keys(card, card.split("a")) == [f"a{i}" for i in range(8)]
    with pytest.raises(UsageError, match="hidden"):
        case_keys(card, card.split("b"))
    assert len(case_keys(card, card.split("b"), folder / "labels")) == 8


def test_a_list_without_a_key_column_is_named(card, folder) -> None:
    (folder / "pack" / "submission_format.csv").write_text("name,x\na0,1\n")
    with pytest.raises(DataError, match="expected case or filename"):
        case_keys(card, card.split("a"))


def test_a_link_among_the_labels_is_refused(card, folder) -> None:
    (folder / "labels" / "c.csv").symlink_to(folder / "labels" / "b.csv")
    with pytest.raises(DataError, match="symbolic link"):
        split_labels(card, Split(id="c", hidden=True), folder / "labels")


def test_one_file_answers_two_splits_and_is_scored_on_one(card, folder) -> None:
    both = pd.concat([table("a"), table("b")])
    answers = pd.DataFrame(dict.fromkeys(CLASSES, [0.25] * 16)).assign(case=both["case"].tolist())
    checked = check_submission(answers, card, both["case"])
    labels = load_truth(table("a"), card)
    part = check_submission(answers.head(8), card, labels["case"])
    assert score_table(checked, labels, card, resamples=100) == score_table(
        part, labels, card, resamples=100
    )


def test_centre_and_subgroups_stay_with_the_labels(challenge) -> None:
    card = challenge.model_copy(update={"centre": "centre", "subgroups": ["sex"]})
    labels = table("a").assign(centre="C1", sex="f", other="x")
    kept = load_truth(labels, card)
    assert list(kept.columns) == ["case", "label", "patient", "centre", "sex"]
    assert labels_digest(kept, card) != labels_digest(load_truth(labels, challenge), challenge)
    labels.loc[3, "centre"] = ""
    with pytest.raises(DataError) as caught:
        load_truth(labels, card)
    assert [problem.code for problem in caught.value.problems] == ["missing-centre"]
