"""Tables of a report of rates are written in one module, which takes released tables only."""

import ast
import inspect
from pathlib import Path

import pytest

from workbench.methods.disclosure.publish import Published
from workbench.runs.reported import exports

ROOT = Path(__file__).resolve().parents[2]
REPORTED = ROOT / "workbench/runs/reported"
DOOR = REPORTED / "exports.py"
# What stands in the report's folder beside tables, and stages, which stand elsewhere.
FACTS = {"folder.py", "recording.py"}
STAGES = {"kept.py", "counted.py", "inputs.py"}
WRITERS = {
    "to_csv", "to_parquet", "to_json", "to_excel", "to_feather", "write_csv", "write_parquet",
    "write_text", "write_bytes", "write_json", "open", "writing", "writing_folder", "copy_file",
    "write",
}  # fmt: skip


def writes(source: str) -> set[str]:
    """Return the names of functions that write files and are called in a piece of source."""
    called = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            called |= {name} & WRITERS
    return called


def test_only_the_door_of_exports_writes_tables() -> None:
    others = [p for p in REPORTED.glob("*.py") if p.name not in {DOOR.name, *FACTS, *STAGES}]
    found = {p.name: writes(p.read_text()) for p in [*others, ROOT / "workbench/runs/reporting.py"]}
    # A plan is written as it was read; a summary counts what was published; data.open reads.
    allowed = {"plan.py": {"write_text"}, "reporting.py": {"write_json", "open"}}
    assert {name: calls for name, calls in found.items() if calls - allowed.get(name, set())} == {}


def test_what_writes_beside_tables_knows_no_table() -> None:
    for name in FACTS:
        source = (REPORTED / name).read_text()
        assert writes(source) <= {"write_json", "write_text", "write_plan"}
        assert "pandas" not in source


def test_stages_are_kept_in_the_workplace() -> None:
    for name in STAGES:
        source = (REPORTED / name).read_text()
        assert "RunFolder(out)" not in source and "run.path" not in source
    place = ast.unparse(
        next(
            node
            for node in ast.walk(ast.parse((REPORTED / "folder.py").read_text()))
            if isinstance(node, ast.FunctionDef) and node.name == "workplace"
        )
    )
    assert "home()" in place and "run.path" not in place


def test_the_door_takes_released_tables_only() -> None:
    for function in (exports.write_table, exports.write_facts):
        kinds = inspect.get_annotations(function, eval_str=True)
        assert kinds["published"] is Published
        assert "pd.DataFrame" not in {str(kind) for name, kind in kinds.items() if name != "return"}


def test_released_tables_are_made_by_publish_alone() -> None:
    makers = {
        p.name
        for p in REPORTED.glob("*.py")
        for node in ast.walk(ast.parse(p.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "publish"
    }
    assert makers == {"releases.py"}


def test_who_joins_released_tables_is_known() -> None:
    joiners = {
        p.name
        for p in REPORTED.glob("*.py")
        for node in ast.walk(ast.parse(p.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Published"
    }
    # Each of them joins, cuts or reads back what publish gave; a new one is to be looked at.
    assert joiners == {
        "cells.py", "exports.py", "facets.py", "flow.py", "kept.py", "releases.py",
        "signal_pairs.py", "stimulated.py", "tables.py",
    }  # fmt: skip


@pytest.mark.parametrize("source", ["table.to_csv('x')", "storage.write_json(p, t)", "open('x')"])
def test_the_check_sees_a_side_door(source: str) -> None:
    assert writes(source)
