"""Opening a data set: what it gives, what it writes down, and when it stays shut."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench import data
from workbench.audit import AuditLog
from workbench.data import FileSet
from workbench.errors import DataError, UsageError

Codes = Callable[[Callable[[], object]], list[str]]


def test_opening_writes_one_line_with_who_what_why_and_how_many(demo: Any, opt_out: Any) -> None:
    opt_out("001", "elsewhere")
    opened = data.open(demo.folder, "train", config_digest="c0ffee")
    (record,) = AuditLog.default().records()
    assert record == opened.opening
    assert record["actor"] == "tester" and record["action"] == "data.open"
    assert (record["object"], record["version"], record["purpose"]) == ("demo", "1.0", "train")
    assert record["counts"] == {"persons": 2, "rows": 4, "files": 5, "opted_out": 1}
    assert record["config_digest"] == "c0ffee"
    assert record["data_digest"] == opened.digest
    data.open(demo.folder, "evaluate")
    assert [r["purpose"] for r in AuditLog.default().records()] == ["train", "evaluate"]
    assert AuditLog.default().verify() == []


def test_no_pseudonym_path_or_label_goes_into_the_log(demo: Any, opt_out: Any) -> None:
    opt_out("001")
    demo.open()
    text = AuditLog.default().path.read_text()
    assert not any(word in text for word in ("001", "benign", "slides/s", str(demo.folder)))


@pytest.mark.parametrize("in_the_way", ["audit", "heads"])
def test_data_stays_shut_when_the_log_cannot_be_written(
    demo: Any, in_the_way: str, refusal: Any
) -> None:
    log = AuditLog.default()
    folder = log.path.parent if in_the_way == "audit" else log.heads.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file")
    assert refusal(demo.open).exit_code == 3


def test_data_stays_shut_when_the_log_was_cut(demo: Any) -> None:
    demo.open()
    demo.open()
    log = AuditLog.default().path
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(DataError, match="no data opens"):
        demo.open()


def test_opted_out_persons_are_gone_from_rows_files_paths_and_manifest(
    demo: Any, opt_out: Any
) -> None:
    before = demo.open()
    opt_out("001")
    opened = demo.open()
    assert opened.opted_out == 1 and before.opted_out == 0
    assert set(opened.table("slides")["person"]) == {"000", "002"}
    assert opened.files("slides")["person"].tolist() == ["000", "000", "002", "002"]
    assert not opened.manifest()["file"].str.contains("s2|s3").any()
    assert opened.path("slides/s0.svs") == demo.folder / "slides/s0.svs"
    for name in ("slides/s2.svs", "slides/s3.svs"):
        with pytest.raises(DataError, match="opted out"):
            opened.path(name)


def test_the_digest_follows_files_card_and_persons_left_out(demo: Any, opt_out: Any) -> None:
    first = demo.open().digest
    assert demo.open("predict").digest == first
    opt_out("somebody-else")
    assert demo.open().digest == first
    opt_out("001")
    without = demo.open().digest
    opt_out()
    (demo.folder / "slides/s0.svs").write_bytes(b"other pixels")
    demo.write()
    changed = demo.open().digest
    demo.write(version="1.1")
    assert len({first, without, changed, demo.open().digest}) == 4


@pytest.mark.parametrize("name", ["../demo/slides.csv", "/etc/passwd", "card.yaml", "slides"])
def test_a_path_stays_within_the_data_set(demo: Any, name: str) -> None:
    with pytest.raises(DataError, match="not a file of this data set"):
        demo.open().path(name)


def test_a_table_is_never_handed_out_as_a_file(demo: Any, opt_out: Any) -> None:
    demo.write(files=(FileSet(name="all", pattern="**/*", person_from="slides"),))
    opt_out("001")
    opened = demo.open()
    assert opened.files("all")["file"].str.startswith("slides/").all()
    with pytest.raises(DataError, match="holds a table"):
        opened.path("slides.csv")


def test_files_come_with_size_sha256_and_person(demo: Any) -> None:
    files = demo.open().files("slides")
    assert list(files) == ["file", "path", "bytes", "sha256", "person"]
    row = files.iloc[3]
    assert row["file"] == "slides/s3.svs" and row["person"] == "001"
    assert Path(row["path"]).stat().st_size == row["bytes"] == len("pixels of s3")


def test_unknown_names_come_with_the_closest_ones(demo: Any) -> None:
    opened = demo.open()
    with pytest.raises(UsageError, match="did you mean 'slides'"):
        opened.table("slide")
    with pytest.raises(UsageError, match="did you mean 'slides'"):
        opened.files("slide")
    with pytest.raises(UsageError, match="did you mean 'train'"):
        demo.open("training")


def test_a_data_set_opens_by_name(demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_DATA", str(demo.folder.parent))
    assert data.open("demo", "describe").card.name == "demo"
    with pytest.raises(DataError, match="did you mean 'demo'"):
        data.open("dmo", "describe")


def test_a_missing_folder_is_named(tmp_path: Path, refusal: Any) -> None:
    error = refusal(lambda: data.open(tmp_path / "nowhere", "train"))
    assert "nowhere" in str(error) and error.remedy and error.exit_code == 3


def test_changed_missing_and_extra_files_are_all_named(demo: Any, refusal: Any) -> None:
    (demo.folder / "slides/s0.svs").write_bytes(b"other")
    (demo.folder / "slides/s1.svs").unlink()
    (demo.folder / "truth.csv").write_text("case,label\n")
    (demo.folder / ".DS_Store").write_text("")
    problems = refusal(demo.open).problems
    assert [(p.code, Path(p.where).name) for p in problems] == [
        ("changed-file", "s0.svs"),
        ("missing-file", "s1.svs"),
        ("extra-file", "truth.csv"),
    ]
    assert all(problem.remedy for problem in problems)
    assert not list(AuditLog.default().records())


def test_a_changed_table_is_named_before_it_is_believed(demo: Any, codes: Codes) -> None:
    (demo.folder / "slides.csv").write_text("not a table any more")
    assert codes(demo.open) == ["changed-file"]


def test_files_of_opted_out_persons_may_be_deleted(demo: Any, opt_out: Any) -> None:
    (demo.folder / "slides/s2.svs").unlink()
    with pytest.raises(DataError):
        demo.open()
    opt_out("001")
    assert len(demo.open().files("slides")) == 4


def test_a_missing_manifest_is_an_error_for_a_data_set_with_a_card(demo: Any) -> None:
    (demo.folder / "manifest.csv").unlink()
    with pytest.raises(DataError, match="manifest"):
        demo.open()


@pytest.mark.parametrize("text", ["a,b\n", "file,bytes,sha256\nx\n", "file,bytes,sha256\nx,y,z\n"])
def test_a_broken_manifest_is_named(demo: Any, text: str) -> None:
    (demo.folder / "manifest.csv").write_text(text)
    with pytest.raises(DataError, match="manifest"):
        demo.open()


def test_a_file_of_nobody_and_a_row_without_file_are_named(demo: Any, codes: Codes) -> None:
    rows = [
        (*row[:2], "slides/ghost.svs" if row[0] == "s5" else row[2], *row[3:]) for row in demo.rows
    ]
    demo.write(rows)
    assert codes(demo.open) == ["file-without-person", "absent-file"]


def test_a_file_two_persons_claim_is_named(demo: Any, codes: Codes, opt_out: Any) -> None:
    rows = [*demo.rows, ("s6", "001", "slides/s5.svs", "low", 46)]
    demo.write(rows)
    assert codes(demo.open) == ["file-of-two-persons"]
    opt_out("001")
    assert codes(demo.open) == ["file-of-two-persons"]


def test_unchanged_files_are_not_read_again(demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in demo.folder.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    demo.open()
    hashed: list[str] = []
    monkeypatch.setattr(
        "workbench.data.hash_cache.of_file", lambda path: hashed.append(path.name) or "0" * 64
    )
    demo.open()
    assert hashed == []
    (demo.folder / "slides/s0.svs").write_bytes(b"PIXELS OF s0")
    with pytest.raises(DataError, match="manifest describe"):
        demo.open()
    assert hashed == ["s0.svs"]


def test_a_broken_hash_cache_only_costs_time(demo: Any) -> None:
    cache = Path(os.environ["WORKBENCH_HOME"]) / "cache" / "sha256.json"
    cache.parent.mkdir(parents=True)
    cache.write_text("{")
    first = demo.open()
    cache.unlink(missing_ok=True)
    cache.mkdir()
    assert demo.open().digest == first.digest
