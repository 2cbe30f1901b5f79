"""Runs a script in the sandbox until it is killed: started and killed by test_killed.py."""

import sys
from pathlib import Path

from workbench.sandbox import Bubblewrap, Limits, Task, this_interpreter

if __name__ == "__main__":
    folder, mark = Path(sys.argv[1]), sys.argv[2]
    python = this_interpreter()
    task = Task(
        command=(str(python.program), "/model/script.py"),
        reads={"/model": folder, **python.reads},
        limits=Limits(wall_s=120, memory_mb=200, pids=32, tmp_mb=32, output_mb=16),
        variables={"MARK": mark},
    )
    Bubblewrap(counted=sys.argv[3] == "counted").run(task)
