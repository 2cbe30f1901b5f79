"""The challenge card: every problem with file, line and hint."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from workbench.errors import UsageError
from workbench.scoring import load_challenge, parse_challenge


@pytest.fixture
def content(challenge) -> dict:
    text = (challenge.folder / "challenge.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def problems_of(content: dict) -> dict[str, str]:
    with pytest.raises(UsageError) as caught:
        parse_challenge(content, Path("c.yaml"))
    return {
        p.where.split(", ")[1]: f"{p.code}: {p.message}; {p.remedy}" for p in caught.value.problems
    }


def test_shipped_card_loads_by_name_folder_and_path(challenge) -> None:
    folder = challenge.folder
    for source in ("tissue_lesions", folder, folder / "challenge.yaml"):
        assert load_challenge(source).digest == challenge.digest
    assert challenge.metric_objects[challenge.primary].label == "cost-score"


def test_digest_of_a_card_of_classes_is_the_one_it_had_before_other_kinds(challenge) -> None:
    was = "f3be496a12ae0184cdabc711ba6c5c56b8883d2d8ae17bde0b641f59ddfc85ac"
    assert challenge.digest == was
    said = challenge.model_dump(mode="json", exclude_defaults=True) | {
        "answer": {"kind": "classes"}
    }
    assert parse_challenge(said, Path("c.yaml")).digest == was


def test_unknown_challenge_gets_a_hint() -> None:
    with pytest.raises(UsageError, match="did you mean 'tissue-lesions'"):
        load_challenge("tissue-lesion")


def test_typos_are_found_with_line_and_hint(challenge, tmp_path) -> None:
    text = (challenge.folder / "challenge.yaml").read_text(encoding="utf-8")
    path = tmp_path / "challenge.yaml"
    path.write_text(
        text.replace("unit: patient", "unti: patient").replace("level: 0.95", "level: 95")
    )
    with pytest.raises(UsageError) as caught:
        load_challenge(path)
    found = {p.code: p for p in caught.value.problems}
    line = text[: text.index("unit: patient")].count("\n") + 1
    assert found["unknown-key"].where == f"{path}:{line}, unti"
    assert found["unknown-key"].remedy == "did you mean 'unit'?"
    assert found["missing-key"].remedy == "did you mean 'unti'?"
    assert found["wrong-value"].where.endswith("intervals.level")


def test_a_mistyped_key_hides_no_other_problem(content) -> None:
    content["uint"] = content.pop("unit")
    del content["missing_value_policy"]
    content["intervals"]["level"] = 95
    content["metrics"][0]["name"] = "cost-scoer"
    content["limts"] = {"per_day": 5}
    content["disclosure"] = {"digits": -1}
    opens, closes = "2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"
    content["phases"] = [{"id": "a", "split": "sample", "opens": opens, "closes": closes}]
    found = problems_of(content)
    for key, code in {
        "uint": "unknown-key",
        "limts": "unknown-key",
        "unit": "missing-key",
        "missing_value_policy": "missing-key",
        "intervals.level": "wrong-value",
        "disclosure.digits": "wrong-value",
        "metrics[0].name": "wrong-metric",
        "phases[0].closes": "wrong-dates",
    }.items():
        assert found.pop(key).startswith(code)
    assert found == {}


def test_what_is_assumed_of_a_missing_key_is_no_problem_of_its_own(content) -> None:
    content["missing_value_policy"] = "impute"
    content["impute"] = {"benign": 1.0, "low": 0.0, "high": 0.0, "invasive": 0.0}
    del content["missing_value_policy"]
    assert list(problems_of(content)) == ["missing_value_policy"]


@pytest.mark.parametrize("key", ["unit", "missing_value_policy", "metrics", "intervals", "licence"])
def test_required_keys(content, key) -> None:
    del content[key]
    assert problems_of(content)[key].startswith("missing-key")


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        ({"missing_value_policy": "ignore"}, "missing_value_policy", "wrong-value"),
        ({"missing_value_policy": "impute"}, "missing_value_policy", "impute-values"),
        ({"classes": ["a", "a", "b", "c"]}, "classes", "duplicate-class"),
        ({"key": "low"}, "key", "same-column"),
        ({"label": "patient"}, "label", "same-column"),
        ({"decision": {"rule": "expected-cost"}}, "decision", "missing-cost"),
        ({"decision": {"rule": "most-probable", "cost": [[0]]}}, "decision.cost", "wrong-cost"),
        ({"metrics": [{"name": "accuracy"}]}, "metrics", "one-primary"),
        ({"metrics": [{"name": "acuracy", "primary": True}]}, "metrics[0].name", "wrong-metric"),
        ({"version": "1"}, "version", "wrong-value"),
    ],
)
def test_rules(content, change, where, expected) -> None:
    assert problems_of({**content, **change})[where].startswith(expected)


def test_metric_typo_gets_a_hint(content) -> None:
    content["metrics"][1] = {"name": "acuracy"}
    assert "did you mean 'accuracy'" in problems_of(content)["metrics[1].name"]


def test_incomplete_alias(content) -> None:
    content["submission"]["aliases"][0]["columns"].pop("3")
    found = problems_of(content)
    assert found["submission.aliases[0].columns"].startswith("incomplete-alias")


def test_impute_must_be_probabilities_of_all_classes(content) -> None:
    content["missing_value_policy"] = "impute"
    for values in ({"benign": 1.0}, dict.fromkeys(content["classes"], 0.5)):
        assert problems_of({**content, "impute": values})["impute"].startswith("impute-values")
    even = dict.fromkeys(content["classes"], 0.25)
    assert parse_challenge({**content, "impute": even}, Path("c.yaml")).impute == even


@pytest.mark.parametrize(
    ("text", "message"),
    [("- a\n", "mapping"), ("a: [1\n", "not valid YAML"), ("a: 1\na: 2\n", "stands twice")],
)
def test_broken_yaml_is_a_named_error(tmp_path, text, message) -> None:
    path = tmp_path / "challenge.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        load_challenge(path)


def test_digest_ignores_layout_and_sees_content(content, challenge) -> None:
    reordered = dict(reversed(content.items()))
    assert parse_challenge(reordered, Path("c.yaml")).digest == challenge.digest
    changed = {**content, "version": "1.0.1"}
    assert parse_challenge(changed, Path("c.yaml")).digest != challenge.digest


def test_a_metric_that_is_right_at_one_value_cannot_rank(content) -> None:
    content["classes"] = ["no", "yes"]
    content["submission"] = {"forms": ["probabilities"]}
    content["decision"] = {"rule": "most-probable"}
    content["metrics"] = [{"name": "calibration-slope", "primary": True}]
    assert problems_of(content)["metrics[0].primary"].startswith("not-rankable")
