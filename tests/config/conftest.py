"""A root of content made for the tests, joined to the shipped ones as by WORKBENCH_PATH."""

from collections.abc import Callable
from pathlib import Path

import pytest

import workbench.content

FILES = {
    "use_cases/falls/__init__.py": '"""A question for the tests."""\n',
    "use_cases/falls/use_case.yaml": "name: falls\ntitle: Falls\nparams: settings:FallsSettings\n",
    "use_cases/falls/settings.py": (
        '"""Settings."""\n'
        "from dataclasses import dataclass, field\n"
        "from typing import Any\n\n\n"
        "@dataclass\n"
        "class Window:\n"
        "    days: int = 30\n\n\n"
        "@dataclass\n"
        "class FallsSettings:\n"
        "    window_days: int = 30\n"
        "    window: Window = field(default_factory=Window)\n"
        "    site: str = 'north'\n\n"
        "    def __post_init__(self) -> None:\n"
        "        if self.window_days < 1:\n"
        "            raise ValueError(f'window_days is {self.window_days}; expected at least 1')\n"
    ),
    "models/stump/__init__.py": '"""A method for the tests."""\n',
    "models/stump/model.yaml": "name: stump\ntitle: Stump\nparams: settings:StumpSettings\n",
    "models/stump/settings.py": (
        '"""Settings."""\n'
        "from dataclasses import dataclass, field\n"
        "from typing import Any\n\n\n"
        "@dataclass\n"
        "class StumpSettings:\n"
        "    depth: int = 1\n"
        "    inner: dict[str, Any] = field(default_factory=dict)\n"
    ),
    "models/stump/jobs.py": (
        '"""A job other processes can import."""\n\n\n'
        "def seed(config: object) -> int:\n"
        '    """Return the seed."""\n'
        "    return int(config.seed)\n"
    ),
    "models/plain/model.yaml": "name: plain\ntitle: No settings\n",
    "challenges/falls_challenge/challenge.yaml": "id: falls-challenge\ntitle: F\nclasses: [a, b]\n",
    "configs/use_case/falls.yaml": "# Falls.\nname: falls\nparams: {}\n",
    "configs/model/stump.yaml": "# Stump.\nname: stump\nparams: {}\n",
    "configs/model/plain.yaml": "# Plain.\nname: plain\n",
    "configs/challenge/falls_challenge.yaml": "# Falls.\nname: falls-challenge\n",
    "configs/experiment/deep/falls.yaml": (
        "# @package _global_\n"
        "# Falls with a deeper stump.\n"
        "defaults:\n"
        "  - override /use_case: falls\n"
        "  - override /model: stump\n"
        "  - override /challenge: falls_challenge\n"
        "baselines: [plain]\n"
        "model:\n"
        "  params:\n"
        "    depth: 3\n"
        "trainer:\n"
        "  max_epochs: 7\n"
    ),
}


def write(root: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def add_root(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, dict[str, str]], None]:
    """Write files below a folder and join it to the content roots, once."""

    def add(folder: Path, files: dict[str, str]) -> None:
        write(folder, files)
        others = [path for path in workbench.content.__path__ if path != str(folder)]
        monkeypatch.setattr(workbench.content, "__path__", [*others, str(folder)])

    return add


@pytest.fixture
def root(tmp_path: Path, add_root: Callable[[Path, dict[str, str]], None]) -> Path:
    """Folder with a use case, two models, a challenge and their options."""
    folder = tmp_path / "hospital with space"
    add_root(folder, FILES)
    return folder
