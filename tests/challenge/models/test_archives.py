"""Archives nobody has read: packed the same twice, and refused by name where something is wrong."""

from __future__ import annotations

import io
import json
import os
import stat
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from workbench.challenge.models import check_archive, pack
from workbench.challenge.models.manifest import read_manifest
from workbench.challenge.models.schemas import NAME, schema
from workbench.challenge.models.unpacking import problems_of, unpack
from workbench.errors import SubmissionRejected, UsageError
from workbench.scoring import Challenge
from workbench.scoring.card_models import ModelLimits

from ..submissions.world import CARD  # noqa: TID252
from .hosted import MANIFEST, RULES, write_model

LIMITS = ModelLimits(archive_mb=4, unpacked_mb=8, files=50)
CHALLENGE = Challenge.model_validate(
    CARD | {"models": RULES | {"packages": ["numpy==2.0.0"], "python": "3.11"}}
)
Fill = Callable[[zipfile.ZipFile], None]


def archive(fill: Fill, *, whole: bool = True) -> bytes:
    """Return a zip archive made by hand, with a model's two files in it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        if whole:
            made.writestr("workbench-model.yaml", MANIFEST)
            made.writestr("predict.py", "pass")
        fill(made)
    return content.getvalue()


def entry(name: str, mode: int = 0o100644, **fields: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def codes(content: bytes, limits: ModelLimits = LIMITS) -> list[str]:
    return [problem.code for problem in problems_of(content, limits)[1]]


def test_a_folder_is_packed_the_same_twice(tmp_path: Path) -> None:
    one = write_model(tmp_path / "one", **{"b.txt": "b", "a.txt": "a"})
    other = write_model(tmp_path / "other", **{"a.txt": "a", "b.txt": "b"})
    (other / "__pycache__").mkdir()
    (other / "__pycache__" / "x.pyc").write_text("x")
    (other / ".git").mkdir()
    (other / "predict.py").chmod(0o700)
    os.utime(other / "a.txt", (1, 1))
    assert pack(one, LIMITS) == pack(other, LIMITS)
    names = zipfile.ZipFile(io.BytesIO(pack(one, LIMITS))).namelist()
    assert names == ["a.txt", "b.txt", "predict.py", "workbench-model.yaml"]


def test_what_is_packed_comes_out(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "model")
    (folder / "weights").mkdir()
    (folder / "weights" / "w.bin").write_bytes(bytes(range(256)) * 100)
    content = pack(folder, LIMITS)
    assert codes(content) == []
    out = tmp_path / "out"
    out.mkdir()
    unpack(content, out)
    assert (out / "weights" / "w.bin").read_bytes() == bytes(range(256)) * 100
    assert stat.S_IMODE((out / "weights" / "w.bin").stat().st_mode) == 0o644


def test_a_folder_with_links_or_too_much_is_not_packed(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "model")
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "up").symlink_to("..")
    os.mkfifo(folder / "pipe")
    (folder / "big").write_bytes(bytes(9 << 20))
    with pytest.raises(SubmissionRejected) as refused:
        pack(folder, LIMITS)
    found = {(problem.code, problem.where) for problem in refused.value.problems}
    assert {("link", "link"), ("link", "up"), ("special-file", "pipe"), ("too-large", "")} == found
    with pytest.raises(UsageError, match=r"no workbench-model\.yaml"):
        pack(tmp_path, LIMITS)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../escape", "path-outside"),
        ("a/../../escape", "path-outside"),
        ("/etc/escape", "path-outside"),
        ("C:/escape", "path-outside"),
        ("..\\escape", "path-outside"),
        ("PREDICT.py", "duplicate-name"),
        ("predict.py/inside", "duplicate-name"),
        ("ﬁle\u200b.txt", "odd-name"),
        ("a\nb", "odd-name"),
        ("a//b", "odd-name"),
        ("./b", "odd-name"),
        ("what?", "odd-name"),
        ("x" * 300, "odd-name"),
        ("d/" * 30 + "x", "odd-name"),
    ],
)
def test_a_name_is_refused(name: str, code: str) -> None:
    assert code in codes(archive(lambda made: made.writestr(entry(name), b"x")))


def test_accents_written_in_two_ways_are_one_name() -> None:
    def fill(made: zipfile.ZipFile) -> None:
        made.writestr(entry("mod\u00e8le"), b"x")
        made.writestr(entry("mode\u0300le"), b"x")

    assert codes(archive(fill)) == ["duplicate-name"]


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        (stat.S_IFLNK | 0o777, "link"),
        (stat.S_IFIFO, "special-file"),
        (stat.S_IFCHR, "special-file"),
    ],
)
def test_links_and_devices_are_refused(mode: int, code: str) -> None:
    assert codes(archive(lambda made: made.writestr(entry("x", mode), b"/etc/passwd"))) == [code]


def test_an_encrypted_entry_is_refused_by_name() -> None:
    content = bytearray(archive(lambda made: made.writestr(entry("secret.bin"), b"x")))
    place = content.rfind(b"PK\x01\x02")  # its entry in the list at the end
    content[place + 8] |= 1
    _, problems = problems_of(bytes(content), LIMITS)
    assert [(problem.code, problem.where) for problem in problems] == [("encrypted", "secret.bin")]


def test_bombs_are_refused_without_being_unpacked() -> None:
    begun = time.monotonic()
    zeros = archive(lambda made: made.writestr("zeros", bytes(6 << 20)))
    assert codes(zeros) == ["bomb"]
    many = archive(lambda made: list(map(made.writestr, map(str, range(60)), [b""] * 60)).clear())
    assert codes(many) == ["too-many-files"]
    huge = archive(lambda made: made.writestr("noise", os.urandom(5 << 20)))
    assert codes(huge) == ["too-large"]
    wide = archive(lambda made: made.writestr("text", os.urandom(1 << 20) * 3 + bytes(3 << 20)))
    assert codes(wide, LIMITS.model_copy(update={"unpacked_mb": 2})) == ["too-large"]
    assert time.monotonic() - begun < 5


def test_an_archive_that_lies_about_sizes_is_refused() -> None:
    content = bytearray(archive(lambda made: made.writestr("zeros", bytes(6 << 20))))
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")  # says 10 bytes unpacked
    assert set(codes(bytes(content))) & {"bomb", "broken-archive"}


def test_a_list_of_a_million_entries_is_refused_at_once() -> None:
    content = bytearray(archive(lambda made: None))
    place = content.rfind(b"PK\x05\x06")
    content[place + 12 : place + 16] = (0xFFFFFFFF).to_bytes(4, "little")
    assert codes(bytes(content)) == ["too-many-files"]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"PK\x03\x04" + b"\0" * 99, b"\x1f\x8b" + b"\0" * 99, b"case,no,yes\n"],
)
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    assert codes(content)[0] in ("archive-kind", "broken-archive")


@pytest.mark.parametrize("cut", range(1, 400, 23))
def test_a_damaged_archive_never_crashes_the_check(cut: int) -> None:
    content = archive(lambda made: made.writestr("w.bin", os.urandom(200)))
    for broken in (content[:-cut], content[cut:], content[:cut] + b"\xff" + content[cut + 1 :]):
        check_archive(broken, CHALLENGE)


def test_all_problems_come_at_once() -> None:
    def fill(made: zipfile.ZipFile) -> None:
        made.writestr(entry("../up"), b"x")
        made.writestr(entry("link", stat.S_IFLNK | 0o777), b"/")
        made.writestr(entry("Predict.py"), b"x")

    assert sorted(codes(archive(fill))) == ["duplicate-name", "link", "path-outside"]


def with_manifest(text: str) -> list[tuple[str, str]]:
    def fill(made: zipfile.ZipFile) -> None:
        made.writestr("workbench-model.yaml", text)
        made.writestr("predict.py", "pass")

    content = archive(fill, whole=False)
    report = check_archive(content, CHALLENGE)
    return [(problem.code, problem.where) for problem in report.problems]


BASE = "schema_version: 1\nname: a\nscript: predict.py\n"


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
