"""Runs tasks in a container: podman or docker, without network, from an image or a bare root.

Without an image the container's root is an empty folder into which ``/usr`` of this machine is
bound, as under bubblewrap, so that no registry is needed; docker takes images only.
"""

from __future__ import annotations

import json
import math
import platform
import shutil
import subprocess
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path, PurePosixPath

from workbench.errors import HostError
from workbench.sandbox.ending import Held, Used, outcome_of
from workbench.sandbox.inside import NOBODY, STARTED, inner_command, variables
from workbench.sandbox.limits import Limits
from workbench.sandbox.outcome import Outcome
from workbench.sandbox.probe import Probe
from workbench.sandbox.seccomp import profile
from workbench.sandbox.task import OUTPUT, Talk, Task
from workbench.sandbox.tiers import Tier
from workbench.sandbox.watching import watch

_LINKS = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64"}
_MIB = 2**20
_PATIENCE_S = 30.0
_BESIDE_S = 30
_KILLED = 128 + 9


class Podman:
    """Runs tasks in containers.

    Args:
        program: ``podman`` or ``docker``.
        image: Image to run; it holds ``sh``, ``tar`` and the program's interpreter. Without one,
            this machine's ``/usr`` is used.
        options: Further options of ``run``, such as ``--runtime runc``.
    """

    def __init__(
        self, program: str = "podman", image: str = "", options: tuple[str, ...] = ()
    ) -> None:
        self.name = program
        self._image, self._options = image, options
        self._found: Probe | None = None

    def probe(self) -> Probe:
        """Return what is in force, by running a program in a container."""
        if self._found is None:
            self._found = self._probe()
        return self._found

    def run(self, task: Task, talk: Talk | None = None) -> Outcome:
        """Run a task; when this returns, its container is removed.

        Raises:
            HostError: The container could not be started.
        """
        name = f"workbench-{uuid.uuid4().hex}"
        with tempfile.TemporaryDirectory(prefix="workbench-container-") as kept:
            line = self.command(task, name, Path(kept), talks=talk is not None)
            begun = time.monotonic()
            try:
                process = subprocess.Popen(
                    line,
                    stdin=subprocess.PIPE if talk else subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                    bufsize=0,
                )
            except OSError as error:
                raise HostError(f"{self.name} did not start: {error}") from error
            with process:
                try:
                    watched = watch(process, task.limits, talk, STARTED)
                finally:
                    gone = self._remove(name)
                    process.kill()
        # The engine tells of its first process only; who is killed and not by us ran out of memory.
        kills = int(watched.exit_code == _KILLED)
        used = Used(time.monotonic() - begun, memory_kills=kills)
        held = Held(self.name, Tier.SEALED.label, gone=gone, talks=talk is not None)
        return outcome_of(task.limits, watched, used, held)

    def command(self, task: Task, name: str, folder: Path, *, talks: bool) -> list[str]:
        """Return the command line of a run.

        Args:
            task: What is run.
            name: Of the container.
            folder: Empty folder for the bare root and the filter of system calls.
            talks: Whether standard output is a conversation.
        """
        rules = folder / "seccomp.json"
        rules.write_text(json.dumps(profile(platform.machine())))
        line = [self.name, "run", f"--name={name}", "--network=none", "--read-only", "-i"]
        line += [f"--user={NOBODY}:{NOBODY}", "--cap-drop=all", "--security-opt=no-new-privileges"]
        line += [f"--security-opt=seccomp={rules}", "--pull=never", *self._options]
        if self.name == "podman":  # should its runner be killed, the engine itself ends it
            line.append(f"--timeout={math.ceil(task.limits.wall_s) + _BESIDE_S}")
        line += _limits(task.limits)
        for variable, value in variables(task).items():
            line += ["--env", f"{variable}={value}"]
        for inside, host in sorted(task.reads.items()):
            if self._image or not PurePosixPath(inside).is_relative_to("/usr"):
                line += ["--volume", f"{host.absolute()}:{inside}:ro"]
        for device in task.devices:
            line += ["--device", str(device)]
        line += ["--workdir", task.folder]
        if self._image:
            line.append(self._image)
        else:
            line += ["--volume", "/usr:/usr:ro", "--rootfs", str(_bare_root(folder / "root"))]
        return [*line, *inner_command(task, talks=talks)]

    def _probe(self) -> Probe:
        if shutil.which(self.name) is None:
            remedy = f"install {self.name}, or use bubblewrap"
            return Probe(Tier.NONE, "nothing", f"{self.name} is not installed", remedy)
        try:
            outcome = self.run(Task(("/usr/bin/true",), {}, Limits(wall_s=60.0)))
        except HostError as error:
            missing = f"a container does not start: {' '.join(error.render().split())}"
            return Probe(Tier.NONE, "nothing", missing, "see the manual of the container engine")
        if not outcome.ok:
            return Probe(Tier.NONE, "nothing", f"a container does not end well: {outcome.detail}")
        found = f"{self.name} without network, memory and processes limited in total"
        return Probe(Tier.SEALED, found)

    def _remove(self, name: str) -> bool:
        """End and remove a container; return whether it is gone."""
        self._call("kill", name)
        self._call("rm", "--force", "--volumes", name)
        return not self._call("ps", "--all", "--quiet", "--filter", f"name={name}").strip()

    def _call(self, *arguments: str) -> str:
        with suppress(OSError, subprocess.TimeoutExpired):
            line = [self.name, *arguments]
            done = subprocess.run(line, capture_output=True, text=True, timeout=_PATIENCE_S)
            return done.stdout
        return ""


def _limits(limits: Limits) -> list[str]:
    """Return the options that limit a container."""
    scratch = {"/tmp": limits.tmp_mb, OUTPUT: limits.output_mb}
    line = [f"--memory={limits.memory_mb}m", f"--memory-swap={limits.memory_mb}m"]
    line += [f"--pids-limit={limits.pids + 8}", f"--shm-size={limits.tmp_mb}m"]
    line += [f"--ulimit=cpu={limits.cpu_s}:{limits.cpu_s + 1}", "--ulimit=core=0:0"]
    line.append(f"--ulimit=fsize={limits.file_mb * _MIB}:{limits.file_mb * _MIB}")
    line.append(f"--ulimit=nofile={limits.open_files}:{limits.open_files}")
    line.append(f"--ulimit=nproc={limits.pids + 8}:{limits.pids + 8}")
    for place, size in scratch.items():
        line += ["--tmpfs", f"{place}:rw,nosuid,nodev,size={size}m,mode=1777"]
    return line


def _bare_root(folder: Path) -> Path:
    """Make the root of a container that has the host's ``/usr`` and nothing else."""
    folder.mkdir()
    for name in ("usr", "tmp", "output", "proc", "sys", "dev", "etc", "run"):
        (folder / name).mkdir()
    for name in ("tmp", "output"):  # the scratch folders take the mode of what they hide
        (folder / name).chmod(0o1777)
    for name, target in _LINKS.items():
        if Path("/", name).is_symlink():
            (folder / name).symlink_to(target)
    return folder
