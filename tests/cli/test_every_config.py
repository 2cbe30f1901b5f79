"""Every shipped option runs: a quick training on small slides, found without being listed here."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench import registry
from workbench.config.options import all_options

SMALL = ["use_case.params.slide_px=1024", "use_case.params.heatmaps=1", "debug=quick"]
# Needs a cluster; tests/config composes it.
NOT_HERE = {("launcher", "slurm")}
OPTIONS = [
    (group, name)
    for group, found in all_options().items()
    for name in found
    if group != "debug" and (group, name) not in NOT_HERE
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder all runs share, so that slides and tiles are made once."""
    return tmp_path_factory.mktemp("every_config")


@pytest.mark.parametrize(("group", "name"), OPTIONS, ids=[f"{g}={n}" for g, n in OPTIONS])
def test_the_option_runs(
    group: str,
    name: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[..., tuple[int, str, str]],
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    typed = ["train", *SMALL, f"{group}={name}"]
    if group == "trainer":
        _skip_without_gpus(name)
    if group == "model":
        _skip_other_answers(name)
    if group == "use_case" and registry.get("use_case", name).card["challenge"] is None:
        pytest.skip(f"no shipped challenge asks about {name} yet")
    if group != "tracking":
        typed.append("tracking=none")
    if group != "experiment":
        typed.append("baselines=[]")
    if group == "launcher":
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
        typed += ["-m", "model=pooled_logistic", "seed=1,2"]
    code, out, err = call(*typed)
    assert code == 0, err
    assert "cost-score" in out or group == "launcher"


def _skip_without_gpus(trainer: str) -> None:
    """Skip a trainer that asks for more GPUs than there are."""
    from workbench.config import compose

    torch = pytest.importorskip("torch")
    settings = compose([f"trainer={trainer}"]).trainer
    needed = settings.devices if settings.device == "cuda" else 0
    if torch.cuda.device_count() < needed:
        pytest.skip(f"trainer={trainer} needs {needed} GPU(s)")


def _skip_other_answers(model: str) -> None:
    """Skip a model whose answers the default challenge does not take."""
    kind = registry.get("model", model).card["outputs"]["kind"]
    if kind != "probabilities":
        pytest.skip(f"{model} answers with {kind}")
