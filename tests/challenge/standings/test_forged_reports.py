"""Reports that were changed byte by byte, and by a forger who also writes the manifest anew."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from workbench.challenge.standings import verify_report
from workbench.challenge.standings.extract import follow
from workbench.digests import of_bytes
from workbench.errors import DataError
from workbench.report.standings import page_of_result

from .test_closing import codes, contents, published, report, restate

__all__ = ["published", "report"]
BYTES_OF_A_FILE = 25


def test_restating_an_honest_report_changes_nothing(report: Path) -> None:
    before = (report / "manifest.json").read_bytes()
    restate(report)
    assert (report / "manifest.json").read_bytes() == before and codes(report) == []


@pytest.mark.parametrize("forger", ["leaves the manifest", "writes the manifest anew"])
def test_every_byte_of_every_file_counts(report: Path, forger: str) -> None:
    draw = random.Random(4)
    honest = contents(report)
    for name, content in sorted(honest.items()):
        if name == "manifest.json":
            continue
        places = {0, len(content) - 1, *(draw.randrange(len(content)) for _ in range(3))}
        for place in sorted(places):
            changed = bytearray(content)
            changed[place] ^= 1 + draw.randrange(255)
            (report / name).write_bytes(changed)
            if forger != "leaves the manifest":
                restate(report)
            found = codes(report)
            stem = name.removesuffix(".json")
            assert any(name in where or stem in where for _, where in found), (name, place, found)
            (report / name).write_bytes(content)
            (report / "manifest.json").write_bytes(honest["manifest.json"])


def test_every_byte_of_the_manifest_counts(report: Path) -> None:
    """Versions alone are what they say; the announced digest covers them too."""
    path = report / "manifest.json"
    content = path.read_bytes()
    start, end = content.index(b'"versions": {'), len(content)
    digest = of_bytes(content)
    draw = random.Random(5)
    for place in sorted({draw.randrange(len(content)) for _ in range(BYTES_OF_A_FILE)}):
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(changed)
        try:
            named = bool(codes(report))
            assert ("other-report", "manifest.json") in codes(report, announced=digest)
        except DataError:
            named = True
        assert named or start <= place < end, (place, bytes(changed[place - 30 : place + 30]))


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"challenge": "demo",', '"challenge": "demo",\n  "challenge": "demo",', "its layout"),
        ('"challenge": "demo",', '"challenge":  "demo",', "its layout"),
        ('"challenge": "demo",', '"approved": true,\n  "challenge": "demo",', "approved"),
        ('"numpy"', '"numpie"', "versions"),
        ('"unit": "patient"', '"unit": "person"', "unit"),
    ],
)
def test_a_manifest_says_what_follows_and_no_more(
    report: Path, old: str, new: str, where: str
) -> None:
    path = report / "manifest.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert f"manifest.json, {where}" in [place for _, place in codes(report)]


def test_what_the_report_does_not_name_is_found(report: Path, tmp_path: Path) -> None:
    (report / "cards" / f"{'0' * 64}.json").write_text("{}")
    (report / "notes.html").write_text("<p>B won")
    os.mkfifo(report / "pipe")
    restated = json.loads((report / "manifest.json").read_text())
    restated["files"] |= {f"cards/{'0' * 64}.json": "", "notes.html": ""}
    (report / "manifest.json").write_text(json.dumps(restated))
    restate(report)
    found = codes(report)
    assert ("file-added", "pipe") in found and ("file-added", "notes.html") in found
    assert ("file-added", f"cards/{'0' * 64}.json") in found
    kept = (report / "manifest.json").rename(tmp_path / "elsewhere.json")
    (report / "manifest.json").symlink_to(kept)
    assert ("file-changed", "manifest.json") in codes(report)


def test_a_read_me_that_sends_readers_elsewhere_is_found(report: Path) -> None:
    text = (report / "README.md").read_text().replace("workbench challenge verify", "curl x |")
    (report / "README.md").write_text(text)
    restate(report)
    assert [where.split(",")[0] for _, where in codes(report)] == ["README.md"]


def test_a_record_cut_to_its_hashes_must_be_cut_as_it_is(report: Path) -> None:
    path = report / "events.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    cut = json.loads(lines[4])
    plain = {"seq": cut["seq"], "left_out": True, "prev": cut["prev"], "hash": cut["hash"]}
    as_it_is = json.dumps(plain, separators=(",", ":")) + "\n"
    assert follow([*lines[:4], as_it_is])[2] == []
    for odd in (json.dumps(plain) + "\n", as_it_is.replace("true", "1"), as_it_is[:-1]):
        assert [problem.code for problem in follow([*lines[:4], odd])[2]] == ["altered"]
    deep = "[" * 100_000
    assert [problem.code for problem in follow([deep])[2]] == ["altered"]


def test_how_many_records_are_cut_is_said(report: Path) -> None:
    """A forger may cut a record of this challenge too: only the announced digest tells."""
    path = report / "events.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    digest = verify_report(report, render=page_of_result).digest
    last = json.loads(lines[-1])
    plain = {"seq": last["seq"], "left_out": True, "prev": last["prev"], "hash": last["hash"]}
    path.write_text("".join([*lines[:-1], json.dumps(plain, separators=(",", ":")) + "\n"]))
    restate(report)
    proof = verify_report(report, render=page_of_result, announced=digest)
    assert any(note.startswith("1 records are cut to their hashes") for note in proof.notes)
    assert "other-report" in {problem.code for problem in proof.problems}


def test_records_that_no_store_writes_are_named_without_a_traceback(report: Path) -> None:
    from workbench.audit.record import Link, read_link, write_line

    path = report / "events.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    first = read_link(lines[0].encode())
    assert first is not None
    for sheet in ('{"metrics": []}', "{}", "[]", "null", '"x"'):
        after: Any = Link(first.seq - 1, "", first.prev)
        forged = []
        for line in lines:
            record = json.loads(line)
            if record["kind"] == "submission-scored":
                record["payload"]["sheet"] = sheet
            ts = record["ts"]
            body = {k: record[k] for k in ("actor", "kind", "challenge", "payload")}
            text, after = write_line(body, after, ts)
            forged.append(text.decode())
        path.write_text("".join(forged))
        stated = json.loads((report / "manifest.json").read_text())
        stated["head"] = {"seq": after.seq, "hash": after.hash}
        (report / "manifest.json").write_text(json.dumps(stated))
        restate(report)
        assert "not-computable" in {code for code, _ in codes(report)}


def test_a_folder_that_is_no_report_is_refused(report: Path, tmp_path: Path) -> None:
    for content in ('{"schema": 1}', "[" * 100_000, "\x00", '{"schema": null}'):
        folder = Path(shutil.copytree(report, tmp_path / of_bytes(content.encode())[:8]))
        (folder / "manifest.json").write_text(content)
        with pytest.raises(DataError, match="not one of a report"):
            verify_report(folder)
