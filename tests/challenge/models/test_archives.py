"""Archives nobody has read: packed the same twice, refused by name where something is wrong."""

from __future__ import annotations

import io
import os
import stat
import time
import zipfile
from pathlib import Path

import pytest

from workbench.challenge.models import check_archive, pack
from workbench.challenge.models.unpacking import problems_of, unpack
from workbench.errors import SubmissionRejected, UsageError
from workbench.scoring.card_models import ModelLimits

from .archived import CHALLENGE, archive
from .hosted import write_model

LIMITS = ModelLimits(archive_mb=4, unpacked_mb=8, files=50)


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
    assert time.monotonic() - begun < 30


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
        assert check_archive(broken, CHALLENGE).challenge == CHALLENGE.id
    assert not check_archive(content[:-cut], CHALLENGE).accepted


def test_all_problems_come_at_once() -> None:
    def fill(made: zipfile.ZipFile) -> None:
        made.writestr(entry("../up"), b"x")
        made.writestr(entry("link", stat.S_IFLNK | 0o777), b"/")
        made.writestr(entry("Predict.py"), b"x")

    assert sorted(codes(archive(fill))) == ["duplicate-name", "link", "path-outside"]
