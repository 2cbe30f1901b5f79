"""The manifest of a model: read strictly, as plain data, against the challenge."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import yaml

from workbench.challenge.models import check_archive
from workbench.challenge.models.manifest import read_manifest
from workbench.challenge.models.schemas import NAME, schema

from .archived import CHALLENGE, archive

BASE = "schema_version: 1\nname: a\nscript: predict.py\n"


def with_manifest(text: str) -> list[tuple[str, str]]:
    def fill(made: zipfile.ZipFile) -> None:
        made.writestr("workbench-model.yaml", text)
        made.writestr("predict.py", "pass")

    content = archive(fill, whole=False)
    report = check_archive(content, CHALLENGE)
    return [(problem.code, problem.where) for problem in report.problems]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (BASE, []),
        (BASE + "packages: [NumPy]\n", []),
        (BASE + "packages: [torch]\n", [("package-not-offered", "workbench-model.yaml, packages")]),
        (BASE + "name: b\n", [("wrong-manifest", "workbench-model.yaml, name")]),
        (BASE + "extra: 1\n", [("wrong-manifest", "workbench-model.yaml, extra")]),
        (BASE + "module: x\n", [("wrong-manifest", "workbench-model.yaml")]),
        (BASE + "python: '3.9'\n", [("wrong-manifest", "workbench-model.yaml, python")]),
        (
            BASE + "resources: {memory_mb: 9999, gpu: true}\n",
            [
                ("over-limit", "workbench-model.yaml, resources.memory_mb"),
                ("over-limit", "workbench-model.yaml, resources.gpu"),
            ],
        ),
        (
            BASE.replace("predict.py", "other.py"),
            [("wrong-manifest", "workbench-model.yaml, script")],
        ),
        (
            BASE.replace("predict.py", "../predict.py"),
            [("wrong-manifest", "workbench-model.yaml, script")],
        ),
        (
            BASE.replace("predict.py", "-c.py; rm"),
            [("wrong-manifest", "workbench-model.yaml, script")],
        ),
        ("- a\n", [("wrong-manifest", "workbench-model.yaml")]),
        ("a: &x [1]\nb: *x\n", [("wrong-manifest", "workbench-model.yaml")]),
        ("[" * 60_000, [("wrong-manifest", "workbench-model.yaml")]),
        ("- " * 30_000, [("wrong-manifest", "workbench-model.yaml")]),
        ("? " * 30_000, [("wrong-manifest", "workbench-model.yaml")]),
        ("{a: " * 15_000, [("wrong-manifest", "workbench-model.yaml")]),
        ("x: " + "y" * 70_000, [("wrong-manifest", "workbench-model.yaml")]),
        ("\x00", [("wrong-manifest", "workbench-model.yaml")]),
    ],
)
def test_a_manifest_is_read_strictly(text: str, found: list[tuple[str, str]]) -> None:
    assert with_manifest(text) == found


def test_a_manifest_makes_no_object(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    text = f"!!python/object/apply:os.system ['touch {mark}']"
    for content in (text, f"schema_version: 1\nname: {text}\nscript: predict.py\n"):
        read = read_manifest(content.encode())
        assert isinstance(read, list) and read[0].code == "wrong-manifest"
    assert not mark.exists()
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load(text)


def test_a_folder_packed_from_outside_is_told_where_its_manifest_lies() -> None:
    content = archive(lambda made: made.writestr("m/workbench-model.yaml", "x"), whole=False)
    (problem,) = check_archive(content, CHALLENGE).problems
    assert problem.code == "no-manifest" and "m/workbench-model.yaml" in problem.message


def test_the_schema_of_the_manifest_is_current() -> None:
    written = Path(__file__).resolve().parents[3] / "docs" / "schemas" / NAME
    assert json.loads(written.read_text()) == schema(), (
        "run: python -m workbench.challenge.models.schemas docs/schemas"
    )
