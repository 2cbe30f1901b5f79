"""Parts of a step on disk: a bar shows them, a killed run does none twice and ends alike."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console
from rich.progress import Progress

from workbench.errors import Problem
from workbench.methods.survival import evaluation_parts
from workbench.methods.survival.stages import at_once
from workbench.runs import train
from workbench.runs.folder import RunFolder
from workbench.runs.progress import Steps
from workbench.runs.stages import STAGES, clear, kept_tables


def _works(done: list[str], stop_at: str = "") -> dict[str, Callable[[], dict[str, pd.DataFrame]]]:
    """Return three parts that say when they work; one may be interrupted."""

    def work(name: str) -> dict[str, pd.DataFrame]:
        if name == stop_at:
            raise KeyboardInterrupt
        done.append(name)
        return {"table": pd.DataFrame({"name": [name], "value": [len(done) / 3]})}

    return {name: (lambda name=name: work(name)) for name in ("one", "two", "three")}  # type: ignore[misc]


def test_what_was_done_before_an_interruption_is_read_and_not_done_again(tmp_path: Path) -> None:
    run, done = RunFolder(tmp_path), list[str]()
    with pytest.raises(KeyboardInterrupt):
        kept_tables(run, "Evaluation", Progress(disable=True))(_works(done, stop_at="three"))
    assert done == ["one", "two"]
    found = kept_tables(run, "Evaluation", Progress(disable=True))(_works(done))
    assert done == ["one", "two", "three"]
    expected = at_once(_works([]))
    assert all(found[name]["table"].equals(expected[name]["table"]) for name in expected)
    clear(run)
    assert not (tmp_path / STAGES).exists()


def test_the_bar_names_the_part_that_is_at_work(tmp_path: Path) -> None:
    screen = io.StringIO()
    with Progress(console=Console(file=screen, force_terminal=True, width=120)) as progress:
        works = _works([])
        shown = works | {"two": lambda: (progress.refresh(), works["two"]())[1]}
        kept_tables(RunFolder(tmp_path), "Evaluation", progress)(shown)
    assert "Evaluation: two" in screen.getvalue()


def test_what_looks_wrong_is_said_and_names_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Problem("odd", f"size {i}", f"tumour, row {i}, person P{i}", "look") for i in range(3)]
    with Steps() as steps:
        steps.warn([Problem("grade-missing", "30% are missing", "tumour", "ask"), *rows])
    said = capsys.readouterr().err
    assert "warning [grade-missing]: 30% are missing; ask" in said
    assert "warning [odd]: 3 rows; look" in said
    assert "P1" not in said


def test_an_evaluation_killed_on_its_way_ends_in_the_bytes_of_an_undisturbed_one(
    survival_configured: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(survival_configured("paths.runs=whole")).folder
    calls = []

    def interrupted(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return decision(*given)

    decision = evaluation_parts.decision_curve
    monkeypatch.setattr(evaluation_parts, "decision_curve", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(survival_configured("paths.runs=killed"))
    (folder,) = Path("killed").iterdir()
    assert len(list((folder / STAGES / "Evaluation").iterdir())) > 4
    again = train(survival_configured("paths.runs=killed")).folder
    assert len(calls) == 5 + 25 - 4, "four points of the curve were read back"
    first, second = (json.loads((f / "manifest.json").read_text()) for f in (whole, again))
    assert {name for name in first if first[name] != second.get(name)} <= {"config.yaml"}
    assert not (again / STAGES).exists()
