"""The sandbox as a user without rights starts it, and control groups of the second version."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.sandbox import Limits, probe
from workbench.sandbox.cgroup import Group
from workbench.sandbox.cgroup_places import Parents
from workbench.sandbox.seccomp import filter_program, refused_calls

ROOT = Path(__file__).resolve().parents[2]
SYSTEM_PYTHON = Path("/usr/bin/python3")
PROGRAM = f"""
import json, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from workbench.sandbox import *
folder = Path(sys.argv[1])
python = this_interpreter()
limits = Limits(wall_s=10, memory_mb=400, pids=32, tmp_mb=32, output_mb=16)
task = Task((str(python.program), '/model/script.py'), {{'/model': folder, **python.reads}}, limits)
outcome = Bubblewrap().run(task)
print(json.dumps([outcome.ending, outcome.tier, outcome.log, probe().tier.label]))
"""
SCRIPT = """
import os, subprocess
for path in ('/x', '/dev/x', '/model/x', '/etc/x', '/usr/x', '/etc/passwd'):
    try:
        open(path, 'r' if path == '/etc/passwd' else 'w')
        print('REACHED', path)
    except OSError:
        pass
print(subprocess.run(['unshare', '-Ur', 'id', '-u'], capture_output=True, text=True).stdout)
print(sorted({l.split()[1] for l in open('/proc/self/status') if l.startswith('Cap')}))
"""


@pytest.fixture
def plain_python() -> str:
    """An interpreter that everybody may run; skipped, visibly, where the system has none."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to become somebody else")
    version = [str(SYSTEM_PYTHON), "-c", "import sys; print(sys.version_info >= (3, 11))"]
    if (
        not SYSTEM_PYTHON.exists()
        or b"True" not in subprocess.run(version, capture_output=True).stdout
    ):
        pytest.skip("the system has no Python 3.11")
    readable = all(parent.stat().st_mode & 0o005 == 0o005 for parent in [ROOT, *ROOT.parents])
    if not readable:
        pytest.skip("this checkout lies in a folder that others may not read")
    return str(SYSTEM_PYTHON)


def test_a_user_without_rights_has_the_namespaces(
    sealed: None, plain_python: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        folder.chmod(0o755)
        (folder / "script.py").write_text(SCRIPT)
        line = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", plain_python]
        done = subprocess.run(
            [*line, "-c", PROGRAM, kept], capture_output=True, text=True, cwd="/", check=False
        )
    assert done.returncode == 0, done.stderr
    ending, tier, log, label = json.loads(done.stdout)
    assert (ending, tier, label) == ("ok", "namespaces", "namespaces")
    assert "REACHED" not in log
    assert log.split("\n")[-1] == "['0000000000000000']"


def test_version_2_limits_memory_swap_and_processes(tmp_path: Path) -> None:
    """On a folder in place of the file system: this machine may have version 1 only."""
    group = Group(Parents(2, tmp_path, tmp_path), Limits(memory_mb=200, pids=32))
    written = {path.name: path.read_text() for path in group.memory.iterdir()}
    assert written == {"memory.max": str(200 * 2**20), "pids.max": "40"}
    (group.memory / "memory.peak").write_text(f"{150 * 2**20}\n")
    (group.memory / "memory.events").write_text("low 0\noom 3\noom_kill 2\n")
    (group.memory / "pids.events").write_text("max 7\n")
    assert (group.peak_mb(), group.memory_kills(), group.refused_processes()) == (150, 2, 7)
    assert len(group.entries) == 1


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_one_whole_program(machine: str) -> None:
    program = filter_program(machine)
    assert len(program) % 8 == 0 and len(program) // 8 < 4096
    numbers = refused_calls(machine)
    assert len(set(numbers.values())) == len(numbers)
    assert {"ptrace", "mount", "unshare", "setns", "bpf", "io_uring_setup"} <= set(numbers)


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
def test_the_numbers_are_those_of_this_machine(tmp_path: Path) -> None:
    """Against the kernel's own header, where it is installed."""
    headers = [*Path("/usr/include").rglob("asm/unistd_64.h")]
    if os.uname().machine != "x86_64" or not headers:
        pytest.skip("the kernel's headers are absent")
    text = headers[0].read_text().splitlines()
    stated = {line.split()[1][5:]: int(line.split()[2]) for line in text if "define __NR_" in line}
    numbers = refused_calls("x86_64")
    known = {name: stated[name] for name in numbers if name in stated}
    assert len(known) > 25
    assert known == {name: numbers[name] for name in known}


def test_the_probe_names_what_is_missing() -> None:
    found = probe()
    assert bool(found.missing) == (found.tier.label != "sealed")
    assert found.without_groups().tier <= found.tier
