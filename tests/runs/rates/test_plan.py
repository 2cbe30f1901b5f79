"""Plans: every fault at once with its line, and a digest of what is asked, not of how."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from workbench.cli.main import main
from workbench.errors import UsageError
from workbench.runs.reported.plan import load_plan, write_plan

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "use_cases/adverse_events/rates.yaml"


def test_the_shipped_plan_is_right() -> None:
    plan = load_plan(SHIPPED)
    assert plan.disclosure.threshold == 11
    assert plan.bands == ("0-19", "20-59", "60+")


def test_all_faults_come_at_once_with_their_lines(tmp_path: Path) -> None:
    text = SHIPPED.read_text()
    text = text.replace("threshold: 11", "treshold: 11").replace("garwood", "wald")
    text = text.replace("first_year: 2019", "first_year: 2030").replace(
        "least_drugs: 5", "least_drugs: 1"
    )
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_plan(path)
    problems = {problem.code: problem for problem in caught.value.problems}
    assert {"unknown-key", "missing-key", "unknown-value", "wrong-value"} == set(problems)
    assert "did you mean 'threshold'?" in problems["unknown-key"].remedy
    at = next(n for n, line in enumerate(text.splitlines(), 1) if "treshold" in line)
    assert problems["unknown-key"].where.startswith(f"line {at}, rates.disclosure")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"grains": ["atc4", "substance"]}, "from fine to coarse"),
        ({"grains": ["substance", "substance"]}, "stands twice"),
        ({"strata": {"age_from": [10, 60]}}, "rise from 0"),
        ({"disclosure": {"rounding": 50}}, "above disclosure.threshold"),
        ({"strata": {"age_from": [0, 50]}}, "rates.standard has bands"),
        ({"sources": {"claims": {"reader": "snds"}}}, "cover_start"),
    ],
)
def test_what_does_not_fit_together_is_named(
    changed_plan: Callable[..., Path], changed: dict[str, object], words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load_plan(changed_plan(**changed))
    assert words in caught.value.render()


def test_the_digest_is_of_the_content(tmp_path: Path) -> None:
    plan = load_plan(SHIPPED)
    again = load_plan(write_plan(plan, tmp_path / "again.yaml"))
    assert again.digest() == plan.digest()
    content = yaml.safe_load(SHIPPED.read_text())
    content["rates"]["engine"]["threads"] = 1
    (tmp_path / "threads.yaml").write_text(yaml.safe_dump(content))
    assert load_plan(tmp_path / "threads.yaml").digest() == plan.digest()
    content["rates"]["disclosure"]["threshold"] = 6
    (tmp_path / "other.yaml").write_text(yaml.safe_dump(content))
    assert load_plan(tmp_path / "other.yaml").digest() != plan.digest()


def test_the_verb_ends_with_the_code_of_a_wrong_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plan.yaml").write_text("rates:\n  titel: x\n")
    arguments = ["rates", str(tmp_path / "plan.yaml"), "--data", "x", "--out", str(tmp_path / "o")]
    assert main([*arguments, "--tracking", "none"]) == 2
    assert "line 2, rates.titel" in capsys.readouterr().err
