"""Many runs from one command: expanded, all checked, then handed to the chosen Hydra launcher."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra._internal.hydra import Hydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.utils import JobReturn
from hydra.types import RunMode
from omegaconf import DictConfig

from workbench.config import overrides as typed
from workbench.config.composition import PRIMARY, compose, hydra_engine
from workbench.config.messages import explained
from workbench.config.validate import completed
from workbench.errors import Problem, UsageError, WorkbenchError

Job = Callable[[DictConfig], int]


@dataclass(frozen=True)
class SweepRun:
    """One run of a sweep, done.

    Attributes:
        overrides: The settings of this run.
        folder: Its folder in the sweep, with its configuration and what the job wrote.
        code: Exit code.
    """

    overrides: tuple[str, ...]
    folder: Path
    code: int


def expand(overrides: Sequence[str]) -> list[list[str]]:
    """Return the settings of each run of a sweep.

    Args:
        overrides: Settings of which some list several values: ``seed=1,2``, ``seed=range(5)``,
            ``experiment=glob(*)``.

    Raises:
        UsageError: A setting is mistyped.

    Examples:
        >>> expand(["seed=1,2", "model=mean_pool"])
        [['seed=1', 'model=mean_pool'], ['seed=2', 'model=mean_pool']]
    """
    parsed = typed.parse(overrides)
    problems = typed.check(parsed)
    if problems:
        raise UsageError("the settings are wrong", problems=problems)
    with explained(), hydra_engine() as hydra:
        parser = OverridesParser.create(config_loader=hydra.config_loader)
        ready = parser.parse_overrides(typed.for_hydra(parsed))
        (batch,) = BasicSweeper.split_arguments(ready, max_batch_size=None)
    return [list(run) for run in batch]


def preflight(overrides: Sequence[str]) -> list[DictConfig]:
    """Return the checked configuration of each run of a sweep.

    Raises:
        UsageError: A combination is wrong; all wrong ones are listed.
    """
    configs: list[DictConfig] = []
    problems: list[Problem] = []
    runs = expand(overrides)
    if not runs:
        raise UsageError("the sweep is empty: a pattern matches no option")
    for number, run in enumerate(runs):
        try:
            configs.append(compose(run))
        except UsageError as error:
            message = error.render().replace("\n", " ")
            problems.append(Problem("bad-combination", message, f"run {number} ({' '.join(run)})"))
    if problems:
        raise UsageError(f"{len(problems)} of {len(runs)} runs are wrong", problems=problems)
    return configs


def run_sweep(overrides: Sequence[str], job: Job) -> list[SweepRun]:
    """Run ``job`` for each combination under the launcher chosen by ``launcher=``.

    Args:
        overrides: Settings, as typed.
        job: Gets a checked configuration and returns its exit code; picklable for the launchers
            that use other processes.

    Returns:
        One entry for each run, in the order of :func:`expand`.

    Raises:
        UsageError: A combination is wrong, or the launcher is not installed; nothing has run then.
    """
    preflight(overrides)
    ready = typed.for_hydra(typed.parse(overrides))
    with hydra_engine() as hydra:
        _check_launcher(hydra, ready)
        try:
            batches = hydra.multirun(PRIMARY, _SweepJob(job), ready, with_log_configuration=False)
        finally:
            _dismiss_workers()
    return [_done(result) for batch in batches for result in batch]


def sweep_folder() -> Path:
    """Return, inside a job of a sweep, the folder of that job."""
    return Path(HydraConfig.get().runtime.output_dir)


def _dismiss_workers() -> None:
    """End joblib's waiting workers: the next sweep's may need another content path."""
    if "joblib" in sys.modules:
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)


def _check_launcher(hydra: Hydra, overrides: list[str]) -> None:
    """Refuse the SLURM launcher where there is no SLURM, before submitit stumbles over it."""
    config = hydra.compose_config(
        PRIMARY, overrides, RunMode.MULTIRUN, with_log_configuration=False, from_shell=False
    )
    chosen = str(config.hydra.runtime.choices["hydra/launcher"])
    if chosen == "submitit_slurm" and shutil.which("srun") is None:
        raise UsageError(
            "this machine has no SLURM (no 'srun' was found)",
            where="launcher",
            remedy="run it on the cluster, or here with launcher=joblib or launcher=submitit_local",
        )


def _done(result: JobReturn) -> SweepRun:
    """Return what is kept of a job."""
    folder = Path(result.hydra_cfg.hydra.runtime.output_dir)
    return SweepRun(tuple(result.overrides), folder, int(result.return_value))


class _SweepJob:
    """A job whose failure is an exit code: the other runs of the sweep go on."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __call__(self, config: DictConfig) -> int:
        """Run one combination."""
        try:
            return self.job(completed(config))
        except WorkbenchError as error:
            print(error.render(), file=sys.stderr)
            return error.exit_code
