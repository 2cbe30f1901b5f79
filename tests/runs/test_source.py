"""Where a run's data comes from: a CSV without a card needs to know its persons."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from workbench.config import compose
from workbench.errors import DataError
from workbench.runs.progress import Steps
from workbench.runs.source import open_source


def _plan(source: Path, *words: str) -> Any:
    chosen = [f"use_case.source={source}", *words]
    return SimpleNamespace(config=compose(chosen), config_digest="")


def test_the_person_of_a_csv_without_a_card_is_named_in_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "follow_up.csv"
    path.write_text("pid,days,dead\n1,30,1\n2,60,0\n")
    with Steps() as steps:
        opened = open_source(_plan(path, "use_case.person=pid"), "train", steps)
        assert opened.opening["counts"]["persons"] == 2
        with pytest.raises(DataError, match=r"use_case\.person"):
            open_source(_plan(path), "train", steps)
