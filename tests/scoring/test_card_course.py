"""The card's course: splits, phases, limits, disclosure, baselines; each rule with its place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from workbench.errors import UsageError
from workbench.scoring import Challenge, load_challenge, parse_challenge

SEAL = "a" * 64
PUBLIC = {
    "id": "public",
    "split": "open-test",
    "opens": "2026-01-01T00:00:00+01:00",
    "closes": "2026-02-01T00:00:00Z",
}
FINAL = {
    "id": "final",
    "split": "private-test",
    "opens": "2026-02-01T00:00:00Z",
    "closes": "2026-02-02T00:00:00Z",
    "final": True,
    "takes_from": "public",
}


@pytest.fixture
def content(challenge) -> dict:
    text = (challenge.folder / "challenge.yaml").read_text(encoding="utf-8")
    splits = [
        {"id": name, "hidden": True, "sealed": SEAL} for name in ("open-test", "private-test")
    ]
    return yaml.safe_load(text) | {"data": {"splits": splits}, "phases": [PUBLIC, FINAL]}


def parsed(content: dict) -> Challenge:
    return parse_challenge(content, Path("c.yaml"))


def problems_of(content: dict) -> dict[str, str]:
    with pytest.raises(UsageError) as caught:
        parsed(content)
    return {
        p.where.split(", ", 1)[1]: f"{p.code}: {p.message}; {p.remedy}"
        for p in caught.value.problems
    }


def test_phases_know_their_time_and_splits(content) -> None:
    card = parsed(content)
    assert card.phase("public").opens == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert card.phase_at(datetime(2026, 1, 15, tzinfo=UTC)) is card.phase("public")
    assert card.phase_at(datetime(2026, 2, 1, tzinfo=UTC)) is None
    answered = card.splits_answered(card.phase("public"))
    assert [split.id for split in answered] == ["open-test", "private-test"]
    assert card.sealed == {"open-test": SEAL, "private-test": SEAL}
    with pytest.raises(UsageError, match="did you mean 'public'"):
        card.phase("publik")


def test_defaults_protect(content) -> None:
    card = parsed({key: value for key, value in content.items() if key != "disclosure"})
    assert (card.disclosure.digits, card.disclosure.persons, card.disclosure.events) == (3, 11, 11)
    assert card.selection == "last"
    assert card.ranking.scheme == "mean_then_rank"
    assert [card.digits_shown(entry) for entry in card.metrics][:1] == [3]


def test_limits_of_a_phase_go_before_those_of_the_card(content) -> None:
    content["limits"] = {"per_day": 5, "total": 50}
    content["phases"] = [PUBLIC | {"limits": {"per_day": 2, "total": None}}, FINAL]
    limits = parsed(content).limits_of(parsed(content).phase("public"))
    assert (limits.per_day, limits.total, limits.concurrent) == (2, None, None)


@pytest.mark.parametrize(
    ("phases", "where", "expected"),
    [
        ([PUBLIC | {"closes": "2025-01-01T00:00:00Z"}], "phases[0].closes", "wrong-dates"),
        (
            [PUBLIC | {"opens": "2026-01-01T00:00:00"}],
            "phases[0].opens",
            "wrong-value: input should",
        ),
        ([PUBLIC | {"opens": "soon"}], "phases[0].opens", "wrong-value"),
        ([PUBLIC | {"split": "opentest"}], "phases[0].split", "unknown-split"),
        ([PUBLIC, PUBLIC | {"id": "again"}], "phases[1].opens", "phases-overlap"),
        ([PUBLIC, PUBLIC], "phases[1].id", "duplicate-phase"),
        ([PUBLIC | {"digits": 6}], "phases[0].digits", "too-many-digits"),
        ([PUBLIC, FINAL | {"takes_from": "publik"}], "phases[1].takes_from", "unknown-phase"),
        ([FINAL | {"takes_from": "final"}], "phases[0].takes_from", "wrong-source"),
        ([PUBLIC | {"final": True}], "phases[0].limits", "final-without-limit"),
        ([PUBLIC, FINAL | {"split": "open-test"}], "phases[1].split", "final-not-apart"),
        ([PUBLIC, FINAL | {"ladder": True}], "phases[1].ladder", "ladder-on-final"),
        ([PUBLIC | {"limits": {"per_dya": 2}}], "phases[0].limits.per_dya", "unknown-key"),
        ([PUBLIC | {"limits": {"per_day": 0}}], "phases[0].limits.per_day", "wrong-value"),
        ([PUBLIC | {"show": ["scores"]}], "phases[0].show[0]", "wrong-value"),
    ],
)
def test_wrong_phases(content, phases, where, expected) -> None:
    assert problems_of(content | {"phases": phases})[where].startswith(expected)


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        ({"ranking": {"scheme": "mean"}}, "ranking.scheme", "wrong-value"),
        ({"selection": "first"}, "selection", "wrong-value"),
        ({"disclosure": {"digts": 2}}, "disclosure.digts", "unknown-key"),
        ({"centre": "label"}, "centre", "same-column"),
        ({"baselines": [{"id": "b", "submission": "b.csv", "expected": 1.5}]},
         "baselines[0].expected", "impossible-score"),
        ({"schema_version": 1}, "phases", "newer-key"),
        ({"schema_version": 3}, "schema_version", "newer-card"),
    ],
)  # fmt: skip
def test_other_rules(content, change, where, expected) -> None:
    assert problems_of(content | change)[where].startswith(expected)


@pytest.mark.parametrize(
    ("split", "where", "expected"),
    [
        ({"id": "sample"}, "id", "duplicate-split"),
        ({"id": "a", "labels": "../a.csv"}, "labels", "path-outside"),
        ({"id": "a", "sealed": "abc"}, "sealed", "wrong-value"),
        ({"id": "a", "origin": "generated", "seed": 7}, "seed", "unknown-key"),
    ],
)
def test_wrong_splits(content, split, where, expected) -> None:
    changed = content | {"data": {"splits": [split]}, "phases": []}
    assert problems_of(changed)[f"data.splits[0].{where}"].startswith(expected)


def test_columns_asked_for_beside_the_answer(content) -> None:
    column = {"name": "seconds", "low": 0, "high": 1e6}
    content["submission"] = {"forms": ["probabilities"], "columns": [column]}
    assert parsed(content).submission.columns[0].required
    content["submission"]["columns"] = [column | {"name": "low"}, column | {"low": 2e6}]
    found = problems_of(content)
    assert found["submission.columns[1]"].startswith("wrong-value")
    content["submission"]["columns"] = [column | {"name": "low"}]
    assert problems_of(content)["submission.columns[0].name"].startswith("same-column")


def test_an_old_card_is_read_and_keeps_its_digest_when_defaults_are_written(content) -> None:
    newer = ("data", "phases", "limits", "ranking", "selection", "disclosure", "baselines")
    newer += ("models",)
    old = {key: value for key, value in content.items() if key not in newer}
    card = parsed(old | {"schema_version": 1})
    assert card.phases == []
    assert parsed(card.model_dump(mode="json") | {"schema_version": 2}).digest == (
        parsed(old | {"schema_version": 2}).digest
    )


def test_a_card_survives_its_own_json(content) -> None:
    card = parsed(content)
    assert parsed(card.model_dump(mode="json")) == card
    assert parsed(card.model_dump(mode="json")).digest == card.digest


def test_the_template_is_an_old_card_and_loads() -> None:
    import workbench

    template = Path(workbench.__file__).parent / "templates" / "challenge"
    assert load_challenge(template).schema_version in (1, 2)
