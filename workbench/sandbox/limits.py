"""How much a sandboxed program may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a run may use; in total, unless it says "each".

    Attributes:
        wall_s: Seconds from start to end.
        cpu_s: Seconds of CPU, each process.
        memory_mb: Memory and scratch files together, in MiB.
        pids: Processes and threads at a time.
        cpus: Threads that numeric libraries are told to use.
        file_mb: Size, each file, in MiB.
        output_mb: Size of the output folder, in MiB.
        output_files: Files and folders in the output folder.
        tmp_mb: Size of ``/tmp`` and of ``/dev/shm``, each, in MiB.
        open_files: Open files, each process.
        log_kb: Text kept of what the program prints, in KiB.
    """

    wall_s: float = 600.0
    cpu_s: int = 1200
    memory_mb: int = 4096
    pids: int = 64
    cpus: int = 1
    file_mb: int = 256
    output_mb: int = 64
    output_files: int = 100
    tmp_mb: int = 1024
    open_files: int = 256
    log_kb: int = 64

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value > 0:
                raise ValueError(f"{name} must be above 0, got {value}")
