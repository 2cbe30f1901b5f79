"""The JSON schemas in docs/schemas are those of the code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.scoring.schemas import schemas

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_schema_is_current(name) -> None:
    written = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    assert written == schemas()[name], "run: python -m workbench.scoring.schemas docs/schemas"
