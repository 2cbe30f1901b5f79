"""The same programs in a container; skipped, visibly, where podman is absent."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.sandbox import Outcome, Task, Tier, this_interpreter
from workbench.sandbox.podman import Podman

from .conftest import SMALL

ATTEMPTS = """
import json, os, socket, subprocess
told = []
def attempt(name, deed):
    try:
        deed()
        told.append(name)
    except (OSError, subprocess.SubprocessError):
        pass
attempt('network', lambda: socket.create_connection(('192.0.2.1', 80), 2))
attempt('vsock', lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
attempt('user namespace', lambda: subprocess.run(['unshare', '-Ur', 'true'], check=True))
attempt('write', lambda: open('/model/x', 'w'))
attempt('write to the root', lambda: open('/x', 'w'))
attempt('users', lambda: open('/etc/shadow'))
attempt('home', lambda: os.listdir('/home'))
json.dump([told, os.getuid()], open('/output/told.json', 'w'))
"""


@pytest.fixture(scope="module")
def podman() -> Podman:
    """A container engine that works here."""
    backend = Podman()
    found = backend.probe()
    if found.tier < Tier.SEALED:
        pytest.skip(f"no containers here: {found.missing}")
    return backend


@pytest.fixture
def contained(podman: Podman, tmp_path: Path) -> Callable[..., Outcome]:
    """Run a script in a container."""

    def run(script: str, **limits: float) -> Outcome:
        (tmp_path / "script.py").write_text(script)
        tmp_path.chmod(0o755)
        python = this_interpreter()
        command = (str(python.program), "/model/script.py")
        reads = {"/model": tmp_path, **python.reads}
        return podman.run(Task(command, reads, replace(SMALL, **limits), folder="/model"))

    return run


def test_a_container_holds_what_bubblewrap_holds(contained: Callable[..., Outcome]) -> None:
    outcome = contained(ATTEMPTS)
    assert outcome.ok, outcome.for_host()
    assert (outcome.backend, outcome.tier) == ("podman", "sealed")
    assert json.loads(outcome.outputs["told.json"]) == [[], 65534]


@pytest.mark.parametrize(
    ("script", "ending"),
    [
        ("raise SystemExit('why')", "exit"),
        ("while True: pass", "timeout"),
        ("import os\nos.symlink('/', '/output/a')", "files"),
        ("x = []\nwhile True: x.append(bytearray(8 << 20))", "memory"),
    ],
)
def test_a_container_that_fails_is_named_and_removed(
    contained: Callable[..., Outcome], script: str, ending: str
) -> None:
    outcome = contained(script, wall_s=6.0)
    assert outcome.ending == ending, outcome.for_host()
    left = subprocess.run(
        ["podman", "ps", "--all", "--quiet", "--filter", "name=workbench-"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert left.stdout == ""


def test_an_engine_that_is_absent_has_no_tier() -> None:
    found = Podman("no-such-engine").probe()
    assert found.tier == Tier.NONE and "not installed" in found.missing
