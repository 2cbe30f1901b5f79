"""A small made-up population, reported once; and ways to break its tables."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from workbench import data
from workbench.runs import report_rates, synthesize

ROOT = Path(__file__).resolve().parents[3]
PLAN = ROOT / "use_cases/adverse_events/rates.yaml"
KNOBS = {
    "persons": 3000, "substances": 9, "events": 20, "planted": 6, "reporting": 0.3,
}  # fmt: skip


@pytest.fixture(scope="session")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a made-up population."""
    folder = tmp_path_factory.mktemp("population") / "data"
    synthesize("adverse_events", folder, seed=11, params={"synthetic": KNOBS})
    return folder


@pytest.fixture(scope="session")
def small_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped plan with two age bands: few cells, soon released."""
    return write_plan(tmp_path_factory.mktemp("plan") / "plan.yaml")


@pytest.fixture(scope="session")
def reported(
    population: Path, small_plan: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The folder of a report."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("WORKBENCH_AUDIT_HEADS", str(tmp_path_factory.mktemp("heads")))
        out = tmp_path_factory.mktemp("reported") / "out"
        report_rates(small_plan, population, out)
        yield out


def write_plan(path: Path, **changed: Any) -> Path:
    """Write the shipped plan with two age bands and some keys changed."""
    plan = yaml.safe_load(PLAN.read_text())["rates"]
    plan["strata"] = {"age_from": [0, 60]}
    plan["rates"]["standard"] = {sex: {"0-59": 24_500, "60+": 9_000} for sex in "FM"}
    for key, value in changed.items():
        plan[key] = {**plan[key], **value} if isinstance(value, dict) else value
    path.write_text(yaml.safe_dump({"rates": plan}))
    return path


@pytest.fixture
def changed_plan(tmp_path: Path) -> Callable[..., Path]:
    """Write the plan with some keys changed."""
    return lambda **changed: write_plan(tmp_path / "changed.yaml", **changed)


@pytest.fixture
def broken(population: Path, tmp_path: Path) -> Callable[..., Path]:
    """Return the population with one table changed by a function; the manifest fits."""

    def change(table: str, by: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
        folder = tmp_path / "broken"
        if not folder.exists():
            shutil.copytree(population, folder)
        path = folder / f"{table}.parquet"
        by(pd.read_parquet(path)).to_parquet(path, index=False)
        data.write_manifest(folder, "manifest.csv")
        return folder

    return change
