"""The inner side of a sandbox, the same in every backend: who runs, with what, what comes out."""

from __future__ import annotations

from workbench.sandbox.task import Task

NOBODY = 65534
"""User and group a program runs as, where the launcher may choose."""
STARTED = b"sealed\n"
"""First line of the program's side: everything before it is the sandbox's own trouble."""
_FOR_FILES = """echo sealed; "$@" >&2; code=$?
[ $code -eq 0 ] || exit $code
exec tar -C /output --format=gnu -cf - ."""
_FOR_TALK = 'echo sealed; exec "$@"'
_POOLS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA")


def inner_command(task: Task, *, talks: bool) -> list[str]:
    """Return what is run inside: the program, then the tar of what it left.

    Args:
        task: What is run.
        talks: Whether standard output is a conversation; else it is the tar of the output folder,
            and what the program prints goes to standard error.
    """
    return ["/usr/bin/sh", "-c", _FOR_TALK if talks else _FOR_FILES, "sh", *task.command]


def variables(task: Task) -> dict[str, str]:
    """Return the whole environment of a program: small, and nothing of the host's."""
    threads = str(task.limits.cpus)
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "USER": "sandbox",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        **{f"{pool}_NUM_THREADS": threads for pool in _POOLS},
        **task.variables,
    }
