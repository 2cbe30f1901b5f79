"""The data door is the only way in: content neither opens files nor reads tables by itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN_CALLS = {
    "open", "read_csv", "read_parquet", "read_excel", "read_json", "read_hdf", "read_feather",
    "read_table", "read_sql", "read_text", "read_bytes", "genfromtxt", "loadtxt", "fromfile",
    "memmap", "imread", "dcmread", "TiffFile", "OpenSlide", "eval", "exec",
}  # fmt: skip
FORBIDDEN_ATTRIBUTES = {
    (owner, call)
    for owner in ("np", "numpy", "torch", "pickle", "joblib", "json", "yaml")
    for call in ("load", "loads")
    if (owner, call) != ("json", "loads")
}
FORBIDDEN_MODULES = {"pickle", "h5py", "duckdb", "sqlite3", "csv", "openslide", "tifffile", "zarr"}
CONTENT = [p for kind in ("use_cases", "models", "challenges") for p in (ROOT / kind).rglob("*.py")]


def violations(source: str) -> list[str]:
    """Return what a piece of content source does that only the data door may do."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            owner = (
                called.value.id
                if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)
                else ""
            )
            through_door = owner == "data" and name == "open"
            if (name in FORBIDDEN_CALLS and not through_door) or (
                owner,
                name,
            ) in FORBIDDEN_ATTRIBUTES:
                found.append(f"line {node.lineno}: calls {owner}.{name}".replace(" .", " "))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
            )
            found += [
                f"line {node.lineno}: imports {n}"
                for n in names
                if n.split(".")[0] in FORBIDDEN_MODULES
            ]
    return found


@pytest.mark.parametrize("path", CONTENT, ids=lambda p: str(p.relative_to(ROOT)))
def test_content_reads_through_the_data_door(path: Path) -> None:
    assert not violations(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "import pandas as pd\npd.read_csv('x')",
        "open('labels.csv')",
        "from pathlib import Path\nPath('x').read_text()",
        "import numpy as np\nnp.load('x.npy')",
        "import pickle",
        "import torch\ntorch.load('x')",
    ],
)
def test_the_check_sees_a_side_door(source: str) -> None:
    assert violations(source)


def test_the_check_lets_the_door_pass() -> None:
    assert not violations("from workbench import data\ndata.open('x', 'train').table('slides')")
