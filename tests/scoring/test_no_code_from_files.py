"""Nothing a participant sends can run: no eval, exec, pickle or yaml.load from the scorer on.

Read from the syntax tree of every module of the workbench that scoring or the challenge engine can
import, whichever way round.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "torch"}
CALLS = {"eval", "exec", "compile", "__import__", "execfile"}
ATTRIBUTES = {"eval", "read_pickle", "to_pickle", "allow_pickle"}
YAML = {"load", "load_all", "unsafe_load", "full_load", "Loader", "FullLoader", "UnsafeLoader"}
START = ("scoring", "challenge")


def file_of(module: str) -> Path | None:
    """Return the file of a module of the workbench."""
    path = ROOT.joinpath(*module.split("."))
    found = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in found if file.is_file()), None)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules a file imports, at its top or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reachable() -> dict[Path, ast.Module]:
    """Return every file that scoring and challenge consist of or import, with its tree."""
    waiting = [path for part in START for path in (ROOT / "workbench" / part).rglob("*.py")]
    found: dict[Path, ast.Module] = {}
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = ast.parse(path.read_text(encoding="utf-8"))
        names = (name for name in imported(found[path]) if name.startswith("workbench"))
        waiting += [file for name in names if (file := file_of(name))]
    return found


def dangers(tree: ast.AST) -> Iterator[str]:
    """Yield what a file does that could run what it reads."""
    for name in imported(tree):
        if name.split(".")[0] in MODULES:
            yield f"imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield f"line {node.lineno}: {node.func.id}()"
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in ATTRIBUTES or (owner == "yaml" and node.attr in YAML):
                yield f"line {node.lineno}: {owner}.{node.attr}"
        if isinstance(node, ast.keyword) and node.arg in ("allow_pickle", "shell"):
            yield f"{node.arg}="


def test_nothing_reachable_from_the_scorer_runs_what_it_reads() -> None:
    files = reachable()
    assert len(files) > 60
    found = {path.relative_to(ROOT).as_posix(): list(dangers(tree)) for path, tree in files.items()}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')",
        "import pickle",
        "from pickle import loads",
        "import yaml\nyaml.load(x)",
        "import pandas as pd\npd.read_pickle(x)",
        "frame.eval('a')",
        "import numpy as np\nnp.load(x, allow_pickle=True)",
        "import torch\ntorch.load(x)",
    ],
)
def test_the_test_sees_each_danger(text) -> None:
    assert list(dangers(ast.parse(text)))
