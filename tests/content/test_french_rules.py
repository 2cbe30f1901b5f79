"""Rules of a challenge in French stand beside the English ones and say the same numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHALLENGES = Path(__file__).resolve().parents[2] / "challenges"
FRENCH = sorted(CHALLENGES.glob("*/README.fr.md"))


def test_the_adverse_event_and_sarcoma_challenges_have_french_rules() -> None:
    assert {path.parent.name for path in FRENCH} >= {
        *("adverse_event_exposure", "adverse_event_signals", "sarcoma_causal", "sarcoma_survival")
    }


@pytest.mark.parametrize("french", FRENCH, ids=lambda path: path.parent.name)
def test_both_languages_are_linked_and_link_to_files(french: Path) -> None:
    english = french.with_name("README.md")
    assert "](README.fr.md)" in english.read_text(encoding="utf-8")
    for path in (french, english):
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (path.parent / target).exists(), f"{path}: {target}"
    assert "](README.md)" in french.read_text(encoding="utf-8")


@pytest.mark.parametrize("french", FRENCH, ids=lambda path: path.parent.name)
def test_both_languages_have_the_same_figures(french: Path) -> None:
    fr = figures(french.read_text(encoding="utf-8"), r"\d+[.,]\d+")
    en = figures(french.with_name("README.md").read_text(encoding="utf-8"), r"\d+\.\d+")
    assert fr == en, {"only French": sorted(fr - en), "only English": sorted(en - fr)}


def figures(text: str, decimals: str) -> set[str]:
    """Return the numbers with decimals of a text, with a point, blocks of code aside."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return {number.replace(",", ".") for number in re.findall(decimals, plain)}
