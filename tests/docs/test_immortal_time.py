"""The page on immortal time runs as it is written, and its models are those of R."""

from __future__ import annotations

import doctest
import json
from pathlib import Path

import pytest

from workbench.methods.survival.cox import CoxFit

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "immortal_time.md"
KNOWN = json.loads((ROOT / "tests/oracles/causal_immortal.json").read_text(encoding="utf-8"))
NAMES = {
    "naive": "naive",
    "adjusted": "naive_adjusted",
    "dependent": "dependent",
    "dependent_adjusted": "dependent_adjusted",
    "fit": "landmark_60",  # the last of the page's loop over landmarks
}


def test_the_page_runs_and_its_models_equal_r(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").symlink_to(shared_data / "survival")
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    page = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF)
    result = runner.run(page, out=said.append, clear_globs=False)
    assert result.attempted > 20
    assert not result.failed, "".join(said)
    for ours, name in NAMES.items():
        fit, known = page.globs[ours], KNOWN[name]
        assert isinstance(fit, CoxFit)
        assert fit.coefficients[0] == pytest.approx(known["coefficient"], rel=1e-7)
        assert fit.covariance[0, 0] ** 0.5 == pytest.approx(known["se"], rel=1e-7)
