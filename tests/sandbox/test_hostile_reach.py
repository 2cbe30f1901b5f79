"""Programs that try to reach what is not theirs: network, files, kernel, other processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path

import pytest

from workbench.sandbox import Outcome

from .conftest import Start
from .hostile import SYSCALLS, TELL, reached, told

pytestmark = pytest.mark.usefixtures("nothing_left")


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


def test_two_runs_at_once_do_not_meet(start: Start, tmp_path: Path) -> None:
    outcomes: list[Outcome] = []
    script = (
        TELL
        + """
import time
time.sleep(0.3)
told['pids'] = [n for n in os.listdir('/proc') if n.isdigit()]
told['tmp'] = [n for n in os.listdir('/tmp') if os.path.isfile('/tmp/' + n)]
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
