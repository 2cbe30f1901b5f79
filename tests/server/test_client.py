"""The client on a bad line: it tries again where that is safe, goes on, and trusts nobody."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workbench.challenge.submissions import Refusal
from workbench.errors import DataError, RunError, UsageError
from workbench.remote import download as downloads
from workbench.remote.http import Http
from workbench.remote.origin import read_origin
from workbench.remote.server_desk import ServerDesk
from workbench.remote.told_errors import told_error

from ..challenge.submissions.world import answer  # noqa: TID252
from .conftest import Served, serve_world


def desk(served: Served, who: str = "one", url: str = "") -> ServerDesk:
    http = Http(read_origin(url or served.url), served.tokens[who], pause=lambda seconds: None)
    return ServerDesk(http, signed_in=True)


@contextmanager
def bad_line(port: int, cut: Callable[[int], int | None]) -> Iterator[str]:
    """Pass bytes on to a port; ``cut`` says after how many of an answer a connection breaks."""
    listening = socket.create_server(("127.0.0.1", 0))
    count = iter(range(1_000_000))

    def serve(link: socket.socket, most: int | None) -> None:
        with link, socket.create_connection(("127.0.0.1", port)) as there:

            def forward() -> None:
                try:
                    while piece := link.recv(65536):
                        there.sendall(piece)
                except OSError:
                    pass

            threading.Thread(target=forward, daemon=True).start()
            left = most
            while left is None or left > 0:
                piece = there.recv(65536 if left is None else min(65536, left))
                if not piece:
                    break
                left = None if left is None else left - len(piece)
                link.sendall(piece)
            link.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        while True:
            try:
                link, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(link, cut(next(count))), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def test_a_file_sent_on_a_bad_line_counts_once(served: Served) -> None:
    # The server has taken the file; the answer is lost, twice.
    with bad_line(served.port, lambda n: 5 if n in (1, 2) else None) as url:
        receipt = desk(served, url=url).submit("demo", answer(), filename="bé.csv")
    assert receipt.known is True
    found = desk(served).entries("demo")
    assert [entry.id for entry in found] == [receipt.id] and found[0].filename == "b_.csv"
    assert desk(served).quota("demo").day == 4


def test_what_is_not_safe_to_repeat_is_not_repeated(served: Served) -> None:
    desk(served).submit("demo", answer(), filename="a.csv")
    with bad_line(served.port, lambda n: 5 if n == 1 else None) as url:
        here = desk(served, url=url)
        with pytest.raises(DataError, match="cannot be reached"):
            here.withdraw("last", "mistake")
    assert desk(served).entry("last").state == "withdrawn"


def test_a_download_goes_on_where_it_stopped(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PIECE", 100_000)
    content = bytes(range(256)) * 4000
    folder = served.place / "public" / "demo"
    folder.mkdir(parents=True)
    (folder / "big.bin").write_bytes(content)
    target, seen = tmp_path / "here" / "big.bin", []
    with bad_line(served.port, lambda n: None if n < 5 else 50_000) as url:
        here = desk(served, url=url)
        (file,) = [one for one in here.public_files("demo") if one.name == "big.bin"]
        with pytest.raises(DataError):
            here.fetch("demo", file, target)
    (part,) = target.parent.iterdir()
    assert part.stat().st_size == 300_000 and not target.exists()
    desk(served).fetch("demo", file, target, lambda done, total: seen.append(done))
    assert target.read_bytes() == content and seen[0] == 400_000
    # Bytes that are not those of the digest are not kept.
    part.write_bytes(b"x" * 10)
    target.unlink()
    with pytest.raises(DataError, match="digest"):
        desk(served).fetch("demo", file, target)
    assert not list(target.parent.iterdir())


def test_a_busy_server_is_asked_again(tmp_path: Path) -> None:
    from workbench.server.settings import Rates

    waited: list[float] = []
    with serve_world(tmp_path, rates=Rates(per_token=2)) as served:
        http = Http(read_origin(served.url), served.tokens["one"], tries=3, pause=waited.append)
        for _ in range(2):
            http.ask("GET", ("me",))
        with pytest.raises(Refusal, match="too many requests"):
            http.ask("GET", ("me",))
    assert len(waited) == 2 and min(waited) >= 1


def test_errors_are_what_they_were_there(served: Served) -> None:
    with pytest.raises(Refusal) as refused:
        desk(served).entry("s-999999")
    assert refused.value.code == "not-found"
    with pytest.raises(UsageError, match="opne"):
        desk(served).board("demo", "opne")
    with pytest.raises(Refusal, match="no-such-route"):
        Http(read_origin(f"{served.url}/nothing"), None).ask("GET", ("me",))
    assert "without saying why" in told_error(404, b"<html>", "https://x").message
    with pytest.raises(DataError, match="cannot be reached"):
        Http(read_origin("http://127.0.0.1:9"), None, tries=1).ask("GET", ("me",))


def test_a_file_that_is_too_large_is_told_before_it_is_sent(tmp_path: Path) -> None:
    with serve_world(tmp_path, most_bytes=2 * 2**20) as served:
        here = desk(served)
        with pytest.raises(Refusal, match="2,097,152 bytes"):
            here.submit("demo", b"x" * (3 * 2**20), filename="a.csv")


def test_a_token_travels_encrypted_or_not_at_all() -> None:
    for url in ("http://example.org", "http://10.0.0.1:8000", "ftp://x", "https://a:b@example.org"):
        with pytest.raises(UsageError):
            read_origin(url)
    assert read_origin("http://localhost:8000").secure is False


def test_a_server_nobody_vouches_for_gets_no_token(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    subject = ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*make, *subject], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    got: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        try:
            with context.wrap_socket(listening.accept()[0], server_side=True) as link:
                got.append(link.recv(65536))
        except OSError:
            got.append(b"")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        url = f"https://localhost:{listening.getsockname()[1]}"
        with pytest.raises(DataError, match="certificate"):
            Http(read_origin(url), "wb_secret_token").ask("GET", ("me",))
        thread.join(10)
    assert got == [b""]


def test_the_hosts_words_stay_with_the_host(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> object:
        raise DataError("the store refused: secret", where="/srv/labels")

    monkeypatch.setattr("workbench.server.routes.challenges.phase_lines", away)
    monkeypatch.setattr("workbench.remote.http._LATER", ())
    with pytest.raises(RunError) as told:
        desk(served).phases("demo")
    assert "secret" not in told.value.render() and "/srv" not in told.value.render()


def test_a_server_may_not_write_where_it_likes_nor_command_a_terminal(
    served: Served, tmp_path: Path
) -> None:
    from workbench.remote.desk import PublicFile

    with pytest.raises(DataError, match="no sha256"):
        desk(served).fetch("demo", PublicFile("a", "../../x", 1), tmp_path / "a")
    body = b'{"error": {"message": "\\u001b[2J", "where": "", "remedy": "", "problems": [],'
    assert "\x1b" not in told_error(400, body + b' "exit_code": 2}}', "https://x").render()
