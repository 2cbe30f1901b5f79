"""Every shipped challenge: perfect answers are best, random ones near chance, broken ones fail."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench import registry
from workbench.errors import SubmissionRejected
from workbench.metrics import decide
from workbench.scoring import (
    Challenge,
    load_challenge,
    load_truth,
    sample_labels,
    score,
    score_file,
)
from workbench.scoring.answer_kinds import kind_of

from ..scoring import estimate_answers, survival_answers  # noqa: TID252
from .challenge_answers import KINDS, N_CASES, Answering

NAMES = sorted(registry.entries("challenge"))


def _others() -> list[Challenge]:
    """Return challenges of kinds that none of the shipped ones may have."""
    return [survival_answers.card(), estimate_answers.card(), estimate_answers.numbers_card()]


EVERY = [*NAMES, *(f"test:{one.id}:{i}" for i, one in enumerate(_others()))]


@pytest.fixture(params=NAMES)
def shipped(request: pytest.FixtureRequest) -> Challenge:
    return load_challenge(request.param)


@pytest.fixture(params=EVERY)
def challenge(request: pytest.FixtureRequest) -> Challenge:
    if request.param.startswith("test:"):
        return _others()[int(request.param.rpartition(":")[2])]
    return load_challenge(request.param)


@pytest.fixture
def kind(challenge: Challenge) -> Answering:
    return KINDS[challenge.answer.kind]


@pytest.fixture
def truth(challenge: Challenge, kind: Answering) -> pd.DataFrame:
    """Labels, two cases a unit where the unit is not the case."""
    ids = {
        challenge.unit: [f"u{i // 2}" for i in range(N_CASES)],
        challenge.key: [f"c{i}" for i in range(N_CASES)],
    }
    groups = [name for name in (challenge.centre, *challenge.subgroups) if name]
    return pd.DataFrame(dict.fromkeys(groups, "one") | ids | kind.truth(challenge))


def answer(challenge: Challenge, truth: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=kind_of(challenge).columns(challenge))
    table.insert(0, challenge.key, truth[challenge.key])
    return table.assign(**KINDS[challenge.answer.kind].further(challenge, truth))


def test_there_is_a_challenge() -> None:
    assert "tissue-lesions" in NAMES


def test_perfect_answers_reach_the_best_value_of_every_metric(challenge, truth, kind) -> None:
    perfect = answer(challenge, truth, kind.perfect(challenge, truth))
    sheet = score(perfect, truth, challenge, resamples=100)
    assert sheet.floor.gain > 0
    for metric, result in zip(challenge.metric_objects, sheet.metrics, strict=True):
        low, high = metric.range
        best = high if metric.direction == "maximize" else low
        if metric.direction != "target" and kind.reaches_the_end(metric.name):
            assert result.value == pytest.approx(best, abs=1e-12), metric.label


def test_random_answers_do_not_beat_the_floor(challenge, truth, kind) -> None:
    rows = kind.random(challenge, truth, np.random.default_rng(1))
    sheet = score(answer(challenge, truth, rows), truth, challenge, resamples=200)
    assert sheet.floor.gain_low <= 0.0
    by_name = {metric.name: metric.value for metric in sheet.metrics}
    chance = {"auroc": 0.5, "quadratic-kappa": 0.0, "harrell-c": 0.5}
    if challenge.classes:
        chance["balanced-accuracy"] = 1 / len(challenge.classes)
    for name, expected in chance.items():
        if name in by_name:
            assert by_name[name] == pytest.approx(expected, abs=0.12)


def test_expected_cost_rule_is_not_worse_than_the_most_probable_class(challenge) -> None:
    if challenge.decision.cost is None:
        pytest.skip("this challenge has no costs")
    rows = np.random.default_rng(2).dirichlet(np.ones(len(challenge.classes)), 500)
    expected = rows @ np.array(challenge.decision.cost)
    decided = expected[np.arange(500), decide(rows, challenge.decision.cost)]
    assert (decided <= expected[np.arange(500), rows.argmax(axis=1)] + 1e-9).all()


@pytest.mark.parametrize("fault", ["missing", "extra", "duplicate", "column"])
def test_malformed_answers_are_rejected(challenge, truth, kind, fault) -> None:
    table = answer(challenge, truth, kind.perfect(challenge, truth))
    broken = {
        "missing": lambda: table.iloc[1:],
        "extra": lambda: pd.concat([table, table.head(1).assign(**{challenge.key: "zz"})]),
        "duplicate": lambda: pd.concat([table, table.head(1)]),
        "column": lambda: table.drop(columns=kind_of(challenge).columns(challenge)[0]),
    }[fault]()
    if fault == "missing" and challenge.missing_value_policy != "reject":
        pytest.skip("this challenge fills in missing answers")
    with pytest.raises(SubmissionRejected) as caught:
        score(broken, truth, challenge)
    assert caught.value.exit_code == 4
    assert caught.value.problems


def test_values_that_mean_nothing_are_rejected_by_name(challenge, truth, kind) -> None:
    good = answer(challenge, truth, kind.perfect(challenge, truth))
    assert kind.faults(challenge)
    for code, values in kind.faults(challenge).items():
        if code == "missing-value" and challenge.missing_value_policy != "reject":
            continue
        with pytest.raises(SubmissionRejected) as caught:
            score(good.assign(**values), truth, challenge)
        assert code in {problem.code for problem in caught.value.problems}


def test_starting_kit_is_a_valid_submission(shipped) -> None:
    assert shipped.folder is not None
    labels = load_truth(sample_labels(shipped), shipped)
    if shipped.unit != shipped.key:
        assert labels[shipped.unit].nunique() < len(labels), "the sample shows several cases a unit"
    for path in sorted((shipped.folder / "starting_kit").glob("submission*")):
        sheet = score_file(path, shipped)
        assert sheet.n_cases == len(labels)


def test_rules_and_both_languages_are_there(shipped) -> None:
    assert shipped.folder is not None
    rules = (shipped.folder / "README.md").read_text(encoding="utf-8")
    assert shipped.id in rules
    assert "floor" in rules
    assert shipped.title.en != shipped.title.fr
