"""A protocol's file: everything wrong at once, one digest for one trial, text in two languages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from workbench.errors import UsageError
from workbench.methods.causal.protocol_file import load_protocol, parse_protocol, write_protocol
from workbench.methods.causal.protocol_text import protocol_text
from workbench.methods.causal.protocol_words import WORDS

FILES = Path(__file__).parent
ADJUVANT = FILES / "adjuvant.yaml"
NEOADJUVANT = FILES / "neoadjuvant.yaml"


@pytest.mark.parametrize("path", [ADJUVANT, NEOADJUVANT], ids=["adjuvant", "neoadjuvant"])
def test_both_questions_survive_the_way_to_disk_and_back(path: Path, tmp_path: Path) -> None:
    protocol = load_protocol(path)
    again = load_protocol(write_protocol(protocol, tmp_path / "again.yaml"))
    assert again == protocol
    assert again.digest() == protocol.digest()


def test_the_digest_knows_every_setting(tmp_path: Path) -> None:
    text = ADJUVANT.read_text()
    other = tmp_path / "other.yaml"
    other.write_text("# a remark\n" + text)
    assert load_protocol(other).digest() == load_protocol(ADJUVANT).digest()
    other.write_text(text.replace("0.99", "0.98"))
    assert load_protocol(other).digest() != load_protocol(ADJUVANT).digest()


def test_every_problem_has_its_line_and_what_was_meant(tmp_path: Path) -> None:
    text = ADJUVANT.read_text()
    for right, wrong in (
        ("time_zero: surgery", "time_zero: surgry"),
        ("grace_days", "grace_day"),
        ("fnclcc in", "fnclc in"),
        ("bootstrap: 500", "bootstrap: -1"),
        ("e_value", "e_vale"),
        ("risk_difference_5y", "risk_diference_5y"),
        ("competing: null", "compete: null"),
    ):
        text = text.replace(right, wrong)
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as error:
        load_protocol(path)
    shown = error.value.render()
    assert len(error.value.problems) == 7
    lines = text.splitlines()
    for problem, wrong in (
        ("line 7", "fnclc in"),
        ("line 9", "surgry"),
        ("line 11", "grace_day"),
        ("line 14", "compete"),
    ):
        assert wrong in lines[int(problem.split()[1]) - 1]
        assert problem in shown
    for hint in ("fnclcc", "surgery", "grace_days", "competing", "e_value", "risk_difference"):
        assert f"id you mean '{hint}'" in shown
    assert "-1" in shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"strategies": {"a": {"start": "L01", "grace_days": 90}}}, "give two strategies, got 1"),
        (
            {"strategies": {"a": {"start": "L01", "grace_days": 100},
                            "b": {"never_within_days": 100}}},
            "grace_days 100 must be a multiple of interval_days 30",
        ),
        (
            {"strategies": {"a": {"start": "L01", "grace_days": 90},
                            "b": {"never_within_days": 60}}},
            "must be the same day",
        ),
        ({"outcome": {"event": "death", "horizon_days": 90}}, "after the grace period"),
        ({"outcome": {"event": "death", "horizon_days": 900}}, "does not fit horizon_days 900"),
        ({"outcome": {"event": "relapse", "horizon_days": 1826}}, "the dead do not relapse"),
        ({"weights": {"truncate": [0.9, 0.1]}}, "two quantiles, rising"),
        ({"weights": {"forced_from": "time_zero"}}, "knows baseline covariates only"),
        (
            {"strategies": {"a": {"start": "surgery", "grace_days": 90},
                            "b": {"never_within_days": 90}}},
            "where surgery is time zero",
        ),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_together_are_refused(change: dict, said: str) -> None:
    content = yaml.safe_load(ADJUVANT.read_text())
    content["protocol"].update(change)
    with pytest.raises(UsageError, match="problem") as error:
        parse_protocol(content)
    assert said in error.value.render()


def test_a_file_without_the_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yaml"
    path.write_text("protocl:\n  question: a\n")
    with pytest.raises(UsageError) as error:
        load_protocol(path)
    assert {p.code for p in error.value.problems} == {"unknown-key", "missing-key"}
    assert "Did you mean 'protocol'?" in error.value.render()


def test_the_text_has_seven_parts_in_both_languages() -> None:
    assert set(WORDS["en"]) == set(WORDS["fr"])
    protocol = load_protocol(ADJUVANT)
    english, french = protocol_text(protocol), protocol_text(protocol, "fr")
    assert len(english) == len(french) == 7
    strategies = dict(english)["Treatment strategies"]
    assert strategies == (
        "adj: start L01DB or L01AA06 within 90 days; none: do not start within 90 days."
    )
    assert "1826" in dict(french)["Suivi"]
    surgery = dict(protocol_text(load_protocol(NEOADJUVANT)))["Treatment strategies"]
    assert "then surgery within 180 days" in surgery


def test_when_a_start_is_forced_follows_from_what_is_adjusted_for() -> None:
    content = yaml.safe_load(ADJUVANT.read_text())
    assert content["protocol"]["adjust"]["time_varying"]
    content["protocol"]["weights"].pop("forced_from", None)
    assert parse_protocol(content).weights.forced_from == "last_interval"
    del content["protocol"]["adjust"]["time_varying"]
    assert parse_protocol(content).weights.forced_from == "time_zero"
    content["protocol"]["weights"]["forced_from"] = "last_interval"
    assert parse_protocol(content).weights.forced_from == "last_interval"
