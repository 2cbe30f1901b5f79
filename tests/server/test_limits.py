"""A server under pressure: large, slow, many; and what it writes of that."""

from __future__ import annotations

import io
import json
import logging
import resource
import shutil
import socket
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.server import logs
from workbench.server.settings import Rates, Settings

from ..challenge.submissions.world import answer, keys  # noqa: TID252
from .conftest import Served, serve_world, serving

GB = 2**30


def head(served: Served, path: str, who: str, *more: str) -> bytes:
    lines = [
        f"POST /api/v1{path} HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {served.tokens[who]}",
    ]
    return "\r\n".join([*lines, *more, "", ""]).encode()


def stream(served: Served, start: bytes, total: int, *, chunked: bool) -> tuple[int, bytes]:
    """Send until the server has had enough; return how many bytes went, and its answer."""
    piece = b"0" * 2**20
    if chunked:
        piece = f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as link:
        link.sendall(start)
        link.settimeout(5)
        try:
            while sent < total:
                link.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
        try:
            return sent, link.recv(65536)
        except OSError:
            return sent, b""


@pytest.mark.parametrize("path", ["/challenges/demo/submissions", "/challenges/demo/check"])
@pytest.mark.parametrize("chunked", [False, True])
def test_five_gigabytes_are_refused_without_filling_disk_or_memory(
    tmp_path: Path, path: str, chunked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    with serve_world(tmp_path / "w", most_bytes=10**8) as served:
        announced = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {5 * GB}"
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        free = shutil.disk_usage(spool).free
        sent, told = stream(served, head(served, path, "one", announced), 5 * GB, chunked=chunked)
        assert sent < 2 * 10**8
        assert not told or b" 413 " in told.split(b"\r\n")[0]
        assert free - shutil.disk_usage(spool).free < 1.5 * 10**8
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB
        assert not list(spool.iterdir())
        assert served.send("one", answer()).status == 200


def test_a_form_is_no_way_around_the_limit(served: Served) -> None:
    body = b'{"reason": "' + b"x" * (2 * 2**20) + b'"}'
    told = served.ask("POST", "/submissions/last/withdraw", "one", body=body)
    assert told.status == 413 and told.code == "upload-too-large"


def test_a_small_limit_says_what_it_is(tmp_path: Path) -> None:
    with serve_world(tmp_path, most_bytes=10) as served:
        told = served.send("one", answer())
        assert told.status == 413 and "10 bytes" in told.json["detail"]


def test_a_sender_that_falls_silent_is_given_up(tmp_path: Path) -> None:
    with serve_world(tmp_path, silence_s=0.3, uploads=2) as served:
        start = head(served, "/challenges/demo/check", "one", "Content-Length: 100")
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as link:
            link.sendall(start + b"abc")
            assert b" 408 " in link.recv(65536)
        # Its place is free again.
        assert served.ask("POST", "/challenges/demo/check", "one", body=answer()).status == 200


def test_uploads_at_once_are_limited_for_each_team(tmp_path: Path) -> None:
    with serve_world(tmp_path, uploads=2) as served:
        start = head(served, "/challenges/demo/check", "one", "Content-Length: 100")
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as link:
            link.sendall(start + b"abc")
            _await(lambda: served.app.state.host.uploads.taken() == 1)
            told = served.ask("POST", "/challenges/demo/check", "one", body=answer())
            assert (told.status, told.code) == (429, "rate-limited")
            assert int(told.headers["retry-after"]) > 0
            assert served.ask("POST", "/challenges/demo/check", "two", body=answer()).status == 200


def _await(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not what():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_damage_on_the_way_is_noticed(served: Served) -> None:
    digest = {"Content-Digest": "sha-256=:AAAA:"}
    assert served.send("one", answer(), **digest).code == "upload-damaged"
    assert served.ask("GET", "/submissions", "one").json == []


def test_an_idempotency_key_stands_for_one_file(served: Served) -> None:
    key = {"Idempotency-Key": "mine"}
    assert served.send("one", answer(), **key).status == 200
    assert served.send("one", answer(0.01), **key).code == "idempotency-key-reused"
    assert served.send("two", answer(0.01), **key).status == 200


def test_many_requests_have_to_wait(tmp_path: Path) -> None:
    with serve_world(tmp_path, rates=Rates(per_token=5, per_address=20, refused=3)) as served:
        told = [served.ask("GET", "/me", "one") for _ in range(7)]
        assert [t.status for t in told] == [200] * 5 + [429] * 2
        assert int(told[-1].headers["retry-after"]) >= 1
        assert served.ask("GET", "/me", "two").status == 200
        codes = [served.ask("GET", "/me", f"wb_{i:010d}_guess").code for i in range(5)]
        assert codes == ["token-refused"] * 3 + ["rate-limited"] * 2
        assert 429 in [served.ask("GET", "/me").status for _ in range(20)]
        assert served.ask("GET", "./healthz").status == 200


def test_every_answer_has_the_headers_that_protect_it(served: Served) -> None:
    paths = [".//nothing", "./healthz", "/me", "/challenges/demo/leaderboard.html", "/submissions"]
    for told in (served.ask("GET", path) for path in paths):
        assert told.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in told.headers["content-security-policy"]
        assert told.headers["x-frame-options"] == "DENY" and "server" not in told.headers
        assert "set-cookie" not in told.headers and told.headers["x-request-id"]
    assert served.ask("GET", "/me", "one").headers["cache-control"] == "no-store"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the server logs."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logs.JsonLines())
    monkeypatch.setattr(logs.LOG, "handlers", [handler])
    monkeypatch.setattr(logs.LOG, "propagate", False)
    logs.LOG.setLevel(logging.INFO)
    return text


def test_the_log_names_no_token_no_file_no_case_no_label(
    served: Served, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.send("one", answer(), **{"X-Filename": "jane-doe.csv"})
    served.send("one", answer().replace(b"public-03", b"public-3x"))
    served.ask("GET", "/submissions/NIR-1850578006048")
    served.ask("GET", "/me", "expired")
    (served.world.labels / "public.csv").write_text("case,patient,label\n")

    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError("label of public-03 is yes")

    monkeypatch.setattr("workbench.server.routes.challenges.phase_lines", broken)
    told = served.ask("GET", "/challenges/demo/phases")
    assert told.status == 500 and "public-03" not in told.body.decode()
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {"request", "error"} <= {line["event"] for line in lines}
    assert any(line.get("kind") == "ValueError" and line["places"] for line in lines)
    secret = [*served.tokens.values(), "jane-doe", "NIR-", "public-0", "expired", *keys("public")]
    assert not [word for word in secret if word in log.getvalue()]
    assert served.world.team.team in log.getvalue()


def _zip(names: dict[str, bytes], **options: Any) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = options.get("mode", 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "archive",
    [
        b"no archive",
        _zip({"../challenge.yaml": b"x"}),
        _zip({"/etc/x": b"x"}),
        _zip({"a\\..\\b": b"x"}),
        _zip({"challenge.yaml": b"/etc/passwd"}, mode=0o120777),
        _zip({"A.csv": b"x", "a.csv": b"y"}),
        _zip({"bomb": b"0" * 50_000_000}),
        _zip({"/".join("abcdefghij"): b"x"}),
        _zip({f"{i}": b"" for i in range(2100)}),
        _zip({"no_card.txt": b"x"}),
    ],
    ids=["none", "up", "root", "back", "link", "case", "bomb", "deep", "many", "empty"],
)
def test_a_hostile_pack_is_refused(served: Served, archive: bytes) -> None:
    told = served.ask("POST", "/challenges", "store", body=archive)
    assert told.status == 409 and told.code == "pack", told.body


def test_odd_moments_and_names_are_told_and_break_nothing(served: Served) -> None:
    first, last = "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"
    for moment in (first, last, "2026-03-01T12:00:00"):
        told = served.ask("GET", f"/challenges/demo/leaderboard?as_of={moment}")
        assert told.status == 422, told.body
    for name in ("a\0b", "a\nb", "\ud800", " ", ""):
        body = json.dumps({"name": name}).encode()
        told = served.ask("POST", "/challenges/demo/teams", "organiser", body=body)
        assert told.status in (400, 422), (name, told.body)
    for path in ("/submissions/%00", "/submissions/..", "/challenges/%F0", "/submissions/a%2Fb"):
        assert served.ask("GET", path, "one").status in (404, 422)


@pytest.mark.parametrize("proxied", [False, True])
def test_who_asks_is_a_proxys_word_only_where_there_is_one(tmp_path: Path, proxied: bool) -> None:
    rates = Rates(per_token=100, per_address=3, refused=100)
    place = str(tmp_path / "store")
    with serving(Settings(place=place, rates=rates), proxied=proxied) as (port, app):
        here = Served(None, None, port, app, tmp_path)  # type: ignore[arg-type]
        told = [
            here.ask(
                "GET",
                "/me",
                headers={"X-Forwarded-For": f"10.0.0.{i}", "X-Forwarded-Proto": "https"},
            )
            for i in range(6)
        ]
    assert (429 in [one.status for one in told]) is not proxied
    assert ("strict-transport-security" in told[0].headers) is proxied
