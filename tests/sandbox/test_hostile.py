"""Programs that try to break out, to break the machine or to outlive their run: each is held.

Every script writes what it reached into its output folder, or is stopped; after each run nothing of
it is left, and the host is told why.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.sandbox import Outcome

from .conftest import MARK, Start
from .left import groups_of, processes_with

TELL = """
import errno, json, os, sys
told = {}
def attempt(name, deed):
    try:
        told[name] = f"REACHED {deed()!r}"[:200]
    except BaseException as error:
        told[name] = f"{type(error).__name__} {getattr(error, 'errno', '')}".strip()
def done():
    with open('/output/told.json', 'w') as file:
        json.dump(told, file)
"""


def told(outcome: Outcome) -> dict[str, Any]:
    """Return what a script wrote of its attempts."""
    assert outcome.ok, outcome.for_host()
    found: dict[str, Any] = json.loads(outcome.outputs["told.json"])
    return found


def reached(outcome: Outcome) -> list[str]:
    """Return the attempts that went through."""
    return [name for name, text in told(outcome).items() if str(text).startswith("REACHED")]


@pytest.fixture(autouse=True)
def _nothing_is_left(sealed: None) -> Iterator[None]:
    """After each attack: no process, no control group."""
    yield
    assert groups_of(os.getpid()) == []
    assert processes_with(MARK) == []


def test_what_is_left_would_be_found(start: Start) -> None:
    seen: list[int] = []
    running = threading.Thread(target=lambda: start("import time\ntime.sleep(0.5)\n"))
    running.start()
    while running.is_alive():
        seen += processes_with(MARK)
    running.join()
    assert len(set(seen)) >= 2


def test_no_network_to_loopback_or_outside(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        outcome = start(
            TELL
            + f"""
import socket
attempt('loopback', lambda: socket.create_connection(('127.0.0.1', {port}), 2))
attempt('outside', lambda: socket.create_connection(('192.0.2.1', 80), 2))
attempt('outside 6', lambda: socket.create_connection(('2001:db8::1', 80), 2))
attempt('name', lambda: socket.getaddrinfo('example.org', 80))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
attempt('udp', lambda: udp.sendto(b'x', ('192.0.2.1', 9)))
attempt('vsock', lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt('crypto', lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET))
told['interfaces'] = open('/proc/net/dev').read().count(':')
done()
"""
        )
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()
    assert reached(outcome) == []
    assert told(outcome)["interfaces"] == 1  # the loopback of its own, which leads nowhere
    assert told(outcome)["vsock"].endswith("97")  # EAFNOSUPPORT: no namespace holds these


def test_no_file_of_the_host(start: Start, tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("case,label\nsecret-case,yes\n")
    labels.chmod(0o644)
    other = tmp_path / "other-submission" / "weights.bin"
    other.parent.mkdir()
    other.write_bytes(b"other")
    outcome = start(
        TELL
        + f"""
for path in ({str(labels)!r}, {str(other)!r}, '/etc/passwd', '/etc/shadow', '/etc/hostname',
             '/root/.bashrc', '/home', '/var/lib', '/sys/class', '/boot', '/run', '/mnt',
             '/proc/1/environ', '/proc/1/root/etc', '/proc/kcore', '/dev/mem', '/dev/sda',
             '/proc/kmsg'):
    attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(9))
found = [os.path.join(d, f) for d, _, fs in os.walk('/', onerror=None) for f in fs
         if f in ('labels.csv', 'weights.bin')]
told['walk'] = f'REACHED {{found}}' if found else 'nothing'
done()
"""
    )
    assert reached(outcome) == []
    assert "secret" not in json.dumps(told(outcome))


def test_nothing_is_written_outside_the_scratch_folders(start: Start) -> None:
    outcome = start(
        TELL
        + """
for folder in ('/', '/model', '/usr', '/usr/lib', '/etc', '/dev', '/proc', sys.prefix, '/root'):
    attempt(folder, lambda: open(os.path.join(folder, 'written'), 'w').close() or folder)
attempt('own script', lambda: open('/model/script.py', 'a').close() or 1)
attempt('core pattern', lambda: open('/proc/sys/kernel/core_pattern', 'w').write('x'))
attempt('sysrq', lambda: open('/proc/sysrq-trigger', 'w').write('x'))
attempt('oom score of init', lambda: open('/proc/1/oom_score_adj', 'w').write('-1000'))
for folder in ('/tmp', '/output', '/dev/shm'):
    open(os.path.join(folder, 'may'), 'w').close()
done()
"""
    )
    assert reached(outcome) == []


SYSCALLS = """
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == 'x86_64'
def call(*arguments):
    ctypes.set_errno(0)
    value = libc.syscall(*arguments)
    if value < 0:
        raise OSError(ctypes.get_errno(), 'refused')
    return value
"""


def test_no_mount_no_namespace_no_privilege(start: Start) -> None:
    outcome = start(
        TELL
        + SYSCALLS
        + """
attempt('mount', lambda: call(165 if x86 else 40, b'tmpfs', b'/tmp', b'tmpfs', 0, None))
attempt('umount', lambda: call(166 if x86 else 39, b'/model', 2))
attempt('fsopen', lambda: call(430, b'tmpfs', 0))
attempt('open_tree', lambda: call(428, -100, b'/', 1))
attempt('chroot', lambda: os.chroot('/tmp'))
attempt('unshare user', lambda: call(272 if x86 else 97, 0x10000000))
attempt('unshare all', lambda: call(272 if x86 else 97, 0x7e020000))
attempt('setns', lambda: call(308 if x86 else 268, os.open('/proc/self/ns/net', 0), 0))
attempt('clone user', lambda: call(56 if x86 else 220, 0x10000000 | 17, 0, 0, 0, 0))
attempt('clone3', lambda: call(435, ctypes.create_string_buffer(88), 88))
attempt('setuid', lambda: os.setuid(0))
attempt('setgroups', lambda: os.setgroups([0]))
attempt('bpf', lambda: call(321 if x86 else 280, 0, None, 0))
attempt('io_uring', lambda: call(425, 1, ctypes.create_string_buffer(120)))
attempt('keyctl', lambda: call(250 if x86 else 219, 0, -3, 1))
attempt('userfaultfd', lambda: call(323 if x86 else 282, 0))
attempt('perf', lambda: call(298 if x86 else 241, ctypes.create_string_buffer(128), 0, -1, -1, 0))
attempt('module', lambda: call(313 if x86 else 273, 0, b'', 0))
attempt('reboot', lambda: call(169 if x86 else 142, 0xfee1dead, 672274793, 0, None))
attempt('handle', lambda: call(304 if x86 else 265, 3, ctypes.create_string_buffer(64), 0))
attempt('device', lambda: os.mknod('/tmp/disk', 0o60666, os.makedev(8, 0)))
status = open('/proc/self/status').read()
told['caps'] = [l.split()[1] for l in status.splitlines() if l.startswith(('Cap', 'NoNewPrivs'))]
done()
"""
    )
    assert reached(outcome) == []
    found = told(outcome)
    assert found["clone3"] == "OSError 38"
    assert found["unshare user"] == "PermissionError 1"
    assert {int(value, 16) for value in found["caps"][:5]} == {0}
    assert found["caps"][5] == "1"  # NoNewPrivs


def test_setuid_programs_give_no_rights(start: Start) -> None:
    outcome = start(
        TELL
        + """
import subprocess
run = lambda *a: subprocess.run(a, capture_output=True, text=True, timeout=5, check=True).stdout
attempt('unshare', lambda: run('/usr/bin/unshare', '-Ur', 'id', '-u'))
attempt('su', lambda: run('/usr/bin/su', '-c', 'id'))
attempt('mount', lambda: run('/usr/bin/mount', '-t', 'tmpfs', 'x', '/tmp'))
done()
"""
    )
    assert reached(outcome) == []


@pytest.mark.skipif(sys.platform != "linux", reason="calls of Linux")
def test_a_call_through_another_table_ends_the_program(start: Start) -> None:
    if os.uname().machine != "x86_64":
        pytest.skip("only x86-64 has a second table")
    outcome = start(SYSCALLS + "\ncall(0x40000000 + 39)\n")
    assert outcome.ending == "forbidden"
    assert "SIGSYS" in outcome.for_host()


def test_the_runner_is_neither_traced_nor_signalled(start: Start) -> None:
    outcome = start(
        TELL
        + SYSCALLS
        + """
import signal
attempt('ptrace parent', lambda: call(101 if x86 else 117, 16, os.getppid(), 0, 0))
attempt('ptrace init', lambda: call(101 if x86 else 117, 16, 1, 0, 0))
attempt('read memory', lambda: call(310 if x86 else 270, 1, None, 0, None, 0, 0))
attempt('memory file', lambda: open('/proc/1/mem', 'rb'))
told['others'] = [n for n in os.listdir('/proc') if n.isdigit()]
done()
"""
    )
    assert reached(outcome) == []
    assert len(told(outcome)["others"]) <= 4

    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
    try:
        for target in (f"os.kill({os.getpid()}, 15)", "os.kill(os.getppid(), 9)", "os.kill(-1, 9)"):
            outcome = start(f"import os, signal, time\n{target}\ntime.sleep(0.2)\n")
            assert outcome.ending in ("exit", "files")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == []


def test_a_fork_bomb_is_held_and_ends(start: Start) -> None:
    begun = time.monotonic()
    outcome = start(
        "import os, time\n"
        "while True:\n"
        "    try:\n"
        "        os.fork()\n"
        "    except OSError:\n"
        "        time.sleep(0.01)\n",
        wall_s=2.0,
    )
    assert outcome.ending == "timeout"
    assert "a further process was refused" in outcome.for_host()
    assert time.monotonic() - begun < 8


def test_a_fork_bomb_is_held_without_a_control_group(start: Start) -> None:
    outcome = start(
        "import os, time\n"
        "made = 0\n"
        "try:\n"
        "    while made < 500:\n"
        "        if os.fork() == 0:\n"
        "            time.sleep(9)\n"
        "            os._exit(0)\n"
        "        made += 1\n"
        "except OSError:\n"
        "    pass\n"
        "open('/output/made', 'w').write(str(made))\n",
        counted=False,
        wall_s=5.0,
    )
    assert outcome.ok, outcome.for_host()
    assert int(outcome.outputs["made"]) < 40


@pytest.mark.parametrize(
    "script",
    [
        "kept = []\nwhile True:\n    kept.append(bytearray(8 << 20))\n",
        "import os, time\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        kept = bytearray(b'x') * (60 << 20)\n"
        "        time.sleep(2)\n"
        "        os._exit(0)\n"
        "codes = [os.wait()[1] for _ in range(8)]\n"
        "raise SystemExit(9 if any(codes) else 0)\n",
        "import mmap\nm = mmap.mmap(-1, 1 << 30)\n"
        "for i in range(0, 1 << 30, 4096):\n    m[i] = 1\n",
        "f = open('/dev/shm/a', 'wb')\nkept = bytearray(b'x') * (150 << 20)\n"
        "for _ in range(90):\n    f.write(b'x' * (1 << 20)); f.flush()\n",
    ],
    ids=["one process", "many processes", "shared pages", "files in memory"],
)
def test_a_memory_bomb_ends_at_its_limit(start: Start, script: str) -> None:
    outcome = start(script, tmp_mb=128, file_mb=128)
    assert outcome.ending == "memory", outcome.for_host()
    assert outcome.peak_mb is not None and outcome.peak_mb <= 200
    assert "ended for memory" in outcome.for_host()


def test_one_process_over_its_memory_is_refused_without_a_control_group(start: Start) -> None:
    outcome = start("kept = bytearray(1 << 30)\n", counted=False)
    assert outcome.ending == "exit"
    assert "MemoryError" in outcome.log


def test_a_disk_bomb_meets_the_end_of_its_folder(start: Start) -> None:
    before = os.statvfs("/tmp").f_bavail
    outcome = start(
        TELL
        + """
def fill(folder):
    for number in range(1000):
        with open(f'{folder}/{number}', 'wb') as file:
            file.write(b'x' * (4 << 20))
    return number
for folder in ('/tmp', '/dev/shm', '/output'):
    attempt(folder, lambda: fill(folder))
    for name in os.listdir(folder):
        os.unlink(f'{folder}/{name}')
done()
"""
    )
    assert set(told(outcome).values()) == {f"OSError {28}"}  # ENOSPC
    after = os.statvfs("/tmp")
    assert before - after.f_bavail < 100 * 2**20 / after.f_frsize


def test_a_file_over_its_size_ends_the_program(start: Start) -> None:
    script = "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
    outcome = start(script + "open('/tmp/a', 'wb').write(b'x' * (16 << 20))\n")
    assert outcome.ending == "output-size"
    assert "SIGXFSZ" in outcome.for_host()
    outcome = start("open('/tmp/a', 'wb').truncate(1 << 40)\n")
    assert (outcome.ending, outcome.ok) == ("exit", False)


def test_too_many_files_are_not_taken(start: Start) -> None:
    outcome = start("for i in range(5000):\n    open(f'/output/{i}', 'w').close()\n")
    assert outcome.ending in ("files", "output-size")
    assert not outcome.outputs


@pytest.mark.parametrize(
    "script",
    [
        "while True:\n    pass\n",
        "import time\ntime.sleep(99)\n",
        "import signal, time\n"
        "for s in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:\n"
        "    signal.signal(s, signal.SIG_IGN)\n"
        "while True:\n    time.sleep(1)\n",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n",
    ],
    ids=["busy", "asleep", "deaf", "stopped"],
)
def test_an_endless_program_ends_on_time(start: Start, script: str) -> None:
    outcome = start(script, wall_s=1.0)
    assert outcome.ending == "timeout"
    assert 1.0 <= outcome.seconds < 4.0
    assert "wall clock" in outcome.for_host()


def test_cpu_time_is_limited_too(start: Start) -> None:
    outcome = start("while True:\n    pass\n", cpu_s=1, wall_s=20.0)
    assert outcome.ending == "timeout"
    assert "SIGXCPU" in outcome.for_host()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_endless_output_is_cut_and_ended(start: Start, stream: str) -> None:
    outcome = start(f"import sys\nwhile True:\n    sys.{stream}.write('y' * 4096)\n")
    assert outcome.ending == "output-size"
    assert len(outcome.log) < 10_000
    assert "bytes cut" in outcome.log


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
    assert time.monotonic() - begun < 5  # nobody waited for the daemon


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


def test_two_runs_at_once_do_not_meet(start: Start, tmp_path: Path) -> None:
    outcomes: list[Outcome] = []
    script = (
        TELL
        + """
import time
time.sleep(0.3)
told['pids'] = [n for n in os.listdir('/proc') if n.isdigit()]
told['tmp'] = os.listdir('/tmp')
open('/tmp/mine', 'w').close()
done()
"""
    )
    threads = [threading.Thread(target=lambda: outcomes.append(start(script))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for outcome in outcomes:
        assert len(told(outcome)["pids"]) <= 4
        assert told(outcome)["tmp"] == []
    assert len(outcomes) == 2
