"""Survival and estimates from an opened challenge to a report that is verified elsewhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.challenge.instruments.duplicates import find_duplicates
from workbench.challenge.instruments.planning import plan
from workbench.challenge.instruments.policy import policy_of
from workbench.challenge.pack import PackPlan, Question, make_pack
from workbench.challenge.standings import close_challenge, verify_report
from workbench.challenge.standings.groups import group_tables
from workbench.challenge.store import open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.submissions import organiser_here, submit, work
from workbench.errors import UsageError
from workbench.report.standings import page_of_result
from workbench.scoring import load_truth

from ...scoring import estimate_answers, survival_answers  # noqa: TID252
from ..submissions.world import World, open_world  # noqa: TID252

BOSS = organiser_here()
PLANS: dict[str, dict[str, Any]] = {
    "survival": {
        "question": Question(
            key="case", unit="patient", centre="centre", answer=survival_answers.CARD["answer"]
        ),
        "metrics": (("integrated-brier", {}), ("uno-c", {"tau": 730})),
    },
    "estimates": {
        "question": Question(
            key="cohort", unit="cohort", centre="centre", answer=estimate_answers.EFFECTS
        ),
        "metrics": (("effect-interval-score", {}), ("effect-bias", {})),
    },
}


def truth_and_answers(kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return labels of 160 cases, a fair answer to them, and a centre; every eighth is small."""
    module: Any = survival_answers if kind == "survival" else estimate_answers
    labels, answers = module.labels(160), module.answers(160)
    place = np.arange(160)
    small = np.isin(place // 2 % 20, (0,))
    return labels.assign(centre=np.where(small, "S", np.where(place // 2 % 2, "A", "B"))), answers


def opened(kind: str, place: Path) -> tuple[World, SetClock]:
    """Return a pack of the kind, opened in a store with two teams."""
    labels, _ = truth_and_answers(kind)
    labels.to_csv(place / "given.csv", index=False)
    dates = {"opens": datetime(2026, 2, 15, tzinfo=UTC), "closes": datetime(2026, 4, 1, tzinfo=UTC)}
    asked = PackPlan(id="demo", public_share=0.5, **PLANS[kind], **dates)
    make_pack(place / "given.csv", asked, place / "pack", place / "labels")
    clock = SetClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    store = open_store(place / "store", clock=clock)
    return open_world(store, place, place / "pack"), clock


def send(world: World, kind: str, noise: float, team: int = 0) -> None:
    """Send the fair answers with noise on their first number, and score them."""
    _, answers = truth_and_answers(kind)
    first = "risk" if kind == "survival" else "estimate"
    rng = np.random.default_rng(int(noise * 1000))
    answers[first] += noise * rng.normal(size=len(answers)) * answers[first].std()
    if kind == "estimates":
        answers["low"], answers["high"] = answers["estimate"] - 0.03, answers["estimate"] + 0.03
    content = answers.to_csv(index=False).encode()
    submit(world.store, world.teams[team], "demo", content, filename="a.csv")
    list(work(world.store, world.worker, idle_s=None))


@pytest.fixture(params=["survival", "estimates"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_challenge_is_closed_and_its_report_verified(kind, tmp_path) -> None:
    world, clock = opened(kind, tmp_path)
    send(world, kind, 0.1)
    send(world, kind, 0.9, team=1)
    clock.put(datetime(2026, 6, 1, tzinfo=UTC))
    report = tmp_path / "report"
    close_challenge(world.store, "demo", world.worker, BOSS, report, render=page_of_result)
    found = verify_report(report, render=page_of_result, labels=tmp_path / "labels")
    assert found.problems == []
    documents = [json.loads(path.read_text()) for path in report.glob("boards/*.json")]
    floors = {row["name"] for one in documents for row in one["rows"] if row["kind"] == "floor"}
    assert floors <= {
        f"floor: always {name}" for name in ("Kaplan-Meier", "zero effect", "abstain")
    }
    assert floors
    (table,) = json.loads((report / "groups.json").read_text())
    assert {group["name"] for group in table["groups"]} <= {"A", "B"}
    assert "S" in set(truth_and_answers(kind)[0]["centre"])
    world.store.close()


def test_a_centre_with_a_short_follow_up_has_no_score_and_stops_nothing() -> None:
    labels, answers = truth_and_answers("survival")
    short = labels["centre"] == "B"
    labels.loc[short, "time_days"] = labels.loc[short, "time_days"].clip(upper=500)
    card = survival_answers.card(centre="centre", disclosure={"persons": 2, "events": 1})
    (table,) = group_tables(card, load_truth(labels, card), {"one": answers})
    values = {group.name: group.scores[0].value for group in table.groups}
    assert values["B"] is None
    assert values["A"] is not None


def test_copies_are_found(kind, tmp_path) -> None:
    world, _ = opened(kind, tmp_path)
    for team, noise in ((0, 0.2), (1, 0.2001)):
        send(world, kind, noise, team)
    (found,) = find_duplicates(world.store, BOSS, "demo", correlation=0.9, same_decisions=0.6)
    assert len(found.near) == 1
    world.store.close()


def test_power_is_measured_or_declared_and_never_simulated(kind, tmp_path) -> None:
    world, _ = opened(kind, tmp_path)
    _, answers = truth_and_answers(kind)
    other = answers.copy()
    first = "s_182" if kind == "survival" else "high"
    other[first] = (other[first] + 0.01).clip(upper=1.0)
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    private = pd.read_csv(tmp_path / "labels/private-test.csv", dtype=str)[world.card.key]
    for table, path in zip((answers, other), files, strict=True):
        table[table[world.card.key].isin(private)].to_csv(path, index=False)
    asked: dict[str, Any] = {"labels": tmp_path / "labels", "split": "private-test"}
    assert plan(world.card, submissions=files, **asked).standard_error > 0
    assert plan(world.card, sd=0.3, split="private-test").standard_error > 0
    with pytest.raises(UsageError, match="simulated for classes"):
        plan(world.card, accuracy=0.8, **asked)
    with pytest.raises(UsageError, match="boards of two classes"):
        policy_of(world.card)
    world.store.close()
