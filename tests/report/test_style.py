"""The style sheet: enough contrast in light and dark, and nothing from outside."""

import re
from pathlib import Path

import pytest

import workbench.report

CSS = (Path(workbench.report.__file__).parent / "templates" / "report.css").read_text("utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--(\w[\w-]*): (#\w{6})", block)) for block in CSS.split("@media")[:2]
)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def blend(front: str, back: str, share: float) -> str:
    pairs = [(int(front[i : i + 2], 16), int(back[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * f + (1 - share) * b):02x}" for f, b in pairs)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_marks_stand_out(theme: dict[str, str]) -> None:
    for back in ("paper", "card"):
        for front in ("ink", "quiet", "model", "baseline", "third", "fourth"):
            assert contrast(theme[front], theme[back]) >= 4.5, (front, back)
    assert contrast(theme["ink"], theme["warn"]) >= 4.5
    for cell in ("right", "wrong"):
        fullest = blend(theme[cell], theme["paper"], 0.58)
        assert contrast(theme["ink"], fullest) >= 4.5, cell


def test_the_style_asks_for_nothing() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
