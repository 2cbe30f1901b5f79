"""Where models are unpacked: gone after each run, and after a runner that was killed."""

import signal
import subprocess
import sys
from pathlib import Path

from workbench.challenge.models.scratch import PREFIX, remove_left, scratch_folder
from workbench.challenge.submissions import work

from .hosted import Hosted

HOLDER = """
import sys, time
from pathlib import Path
from workbench.challenge.models.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "model").mkdir()
    print(folder, flush=True)
    time.sleep(60)
"""


def test_a_folder_is_gone_after_its_run_also_after_a_failed_one(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        (folder / "weights").write_text("1")
        assert folder.parent == tmp_path
    try:
        with scratch_folder(tmp_path):
            raise ValueError
    except ValueError:
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_killed_runner_is_removed_and_no_living_ones(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as runner:
        assert runner.stdout is not None
        held = Path(runner.stdout.readline().strip())
        with scratch_folder(tmp_path) as own:
            assert remove_left(tmp_path) == []
            assert held.is_dir() and own.is_dir()
        runner.send_signal(signal.SIGKILL)
    assert held.is_dir()
    with scratch_folder(tmp_path):
        assert not held.exists()


def test_links_and_files_of_such_a_name_stay(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(other)
    (tmp_path / f"{PREFIX}file").write_text("kept")
    assert remove_left(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == 3


def test_a_worker_that_starts_removes_what_was_left(hosted: Hosted, tmp_path: Path) -> None:
    models = hosted.worker.models
    assert models is not None
    object.__setattr__(models.place, "scratch", tmp_path)
    left = tmp_path / f"{PREFIX}left"
    left.mkdir()
    assert list(work(hosted.store, hosted.worker, idle_s=None)) == []
    assert not left.exists()
