"""A small synthetic data set, and data sets made of chosen slides."""

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench import data, registry
from workbench.config import params_of
from workbench.data import DataCard, Field, FileSet, OptOut, Table
from workbench.imaging.writing import write_slide

HOME = "workbench.content.use_cases.pathology_slides"
CLASSES = ("benign", "low", "high", "invasive")


def part(name: str) -> ModuleType:
    """Import a module of the use case."""
    return importlib.import_module(f"{HOME}.{name}")


def use_case(**params: Any) -> Any:
    """Build the use case as a run does."""
    entry = registry.load("use_case", "pathology_slides")
    return entry(params_of(params, part("params").Params))


@pytest.fixture(scope="session")
def drawn_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight synthetic slides of 1024 px; read only."""
    folder = tmp_path_factory.mktemp("drawn") / "set"
    use_case(n_slides=8, slide_px=1024).synthesize(folder, seed=3)
    return folder


def tissue(size: int = 1024, seed: int = 0) -> np.ndarray:
    """A picture of glass with a pink block of noise in its middle."""
    rng = np.random.default_rng(seed)
    rgb = np.full((size, size, 3), 243, np.uint8)
    block = slice(size // 8, 7 * size // 8)
    stained = np.array([205, 130, 170]) + rng.normal(0, 18, (size, size, 3))
    rgb[block, block] = np.clip(stained, 0, 255)[block, block]
    return rgb


@pytest.fixture
def set_of(tmp_path: Path) -> Callable[..., Path]:
    """Write a data set of given files, with the table ``slides`` made of given rows."""

    def write(
        files: Mapping[str, np.ndarray | bytes],
        rows: list[dict[str, Any]],
        mpp: float | None = 0.5,
    ) -> Path:
        folder = tmp_path / "set"
        for name, content in files.items():
            path = folder / "slides" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                write_slide(path, content, mpp, style="svs" if name.endswith("svs") else "tiff")
        pd.DataFrame(rows).to_csv(folder / "slides.csv", index=False)
        return data.write_card(_card(list(rows[0])), folder)

    return write


def _card(columns: list[str]) -> DataCard:
    """Return a card for a table of slides with these columns."""
    known = {
        "case": Field(name="case", type="string", role="id"),
        "file": Field(name="file", type="string", role="file"),
        "person": Field(name="person", type="string", role="person"),
        "mpp": Field(name="mpp", type="number"),
        "label": Field(name="label", type="category", role="label", values=CLASSES),
        "split": Field(name="split", type="category", role="split", values=("train", "test")),
    }
    fields = tuple(known[column] for column in columns)
    table = Table(
        name="slides",
        path="slides.csv",
        key=("case",),
        fields=fields,
        splits="split" if "split" in columns else None,
    )
    return DataCard(
        name="chosen-slides",
        version="1",
        title="Chosen slides",
        licence="none",
        legal_basis="synthetic",
        person_key="person",
        tables=(table,),
        files=(FileSet(name="slides", pattern="slides/*", person_from="slides"),),
        splits={"train": {}, "test": {}},
        opt_out=OptOut(applies=False, reason="test"),
        synthetic=True,
    )


def row(case: str, label: str = "low", **more: Any) -> dict[str, Any]:
    """Return a row of the table ``slides``."""
    return {"case": case, "file": f"slides/{case}.svs", "person": case, "label": label, **more}
