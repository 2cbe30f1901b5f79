"""Programs that leave what should not be left: links, forged files, processes."""

from __future__ import annotations

import threading
import time

import pytest

from .conftest import MARK, Start
from .left import processes_with

pytestmark = pytest.mark.usefixtures("nothing_left")


def test_too_many_files_are_not_taken(start: Start) -> None:
    outcome = start("for i in range(5000):\n    open(f'/output/{i}', 'w').close()\n")
    assert outcome.ending in ("files", "output-size")
    assert not outcome.outputs


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("import os\nos.symlink('/etc/passwd', '/output/predictions.csv')", "symbolic link"),
        ("import os\nopen('/output/a', 'w').close()\nos.link('/output/a', '/output/b')", "hard"),
        ("import os\nos.mkfifo('/output/predictions.csv')", "pipe"),
        ("import os\nos.mkdir('/output/d')\nos.symlink('..', '/output/d/up')", "symbolic link"),
    ],
)
def test_links_and_special_files_are_not_taken(start: Start, script: str, kind: str) -> None:
    outcome = start(script)
    assert outcome.ending == "files"
    assert kind in outcome.for_host()
    assert not outcome.outputs


def test_a_forged_stream_of_files_is_only_bytes(start: Start) -> None:
    """The program finds the pipe of its result and writes a tar of its own making into it."""
    outcome = start(
        "import io, os, tarfile\n"
        "text = io.BytesIO()\n"
        "with tarfile.open(fileobj=text, mode='w') as tar:\n"
        "    for name in ('../../escape', '/etc/escape'):\n"
        "        entry = tarfile.TarInfo(name); entry.size = 1\n"
        "        tar.addfile(entry, io.BytesIO(b'x'))\n"
        "with open(f'/proc/{os.getppid()}/fd/1', 'wb') as pipe:\n"
        "    pipe.write(text.getvalue())\n"
    )
    assert outcome.ending in ("files", "exit")  # where the launcher is root, it has no right to it
    assert not outcome.outputs


def test_a_daemon_does_not_outlive_its_run(start: Start) -> None:
    begun = time.monotonic()
    outcome = start(
        "import os, signal, time\n"
        "for s in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:\n"
        "    signal.signal(s, signal.SIG_IGN)\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(60)\n"
        "    os._exit(0)\n"
        "if os.fork() == 0:\n"
        "    os._exit(0)\n"  # a zombie: nobody waits for it
        "open('/output/a', 'w').close()\n"
    )
    assert outcome.ok
    assert time.monotonic() - begun < 30  # nobody waited for the daemon


def test_what_is_left_would_be_found(start: Start) -> None:
    seen: list[int] = []
    running = threading.Thread(target=lambda: start("import time\ntime.sleep(0.5)\n"))
    running.start()
    while running.is_alive():
        seen += processes_with(MARK)
    running.join()
    assert len(set(seen)) >= 2
