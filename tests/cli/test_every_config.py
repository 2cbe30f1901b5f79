"""Every shipped option runs: a quick training on small slides, found without being listed here."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench import registry
from workbench.config.options import all_options

# What makes a run of each use case small, and the model and challenge that are tried with it.
SMALL = {
    "pathology_slides": ["use_case.params.slide_px=1024", "use_case.params.heatmaps=1"],
    "sarcoma": ["use_case.params.synthetic.n=900", "validation.quick_cases=800"],
    "adverse_events": ["use_case.params.synthetic.persons=6000", "validation.quick_cases=800"],
}
WITH = {
    "pathology_slides": [],
    "sarcoma": ["use_case=sarcoma", "model=cox", "challenge=sarcoma_survival"],
    "adverse_events": [*("use_case=adverse_events", "model=ic", "challenge=adverse_event_signals")],
}
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
    asked = _use_case_of(group, name)
    typed = ["train", *SMALL[asked], "debug=quick"]
    typed += [] if group == "experiment" else WITH[asked]
    typed.append(f"{group}={name}")
    if name == "ebgm" or (asked == "adverse_events" and group == "experiment"):
        typed.append("model.params.when_not_identified=bounded")  # few pairs make no prior
    if group == "trainer":
        _skip_without_gpus(name)
    if group != "tracking":
        typed.append("tracking=none")
    if group != "experiment":
        typed.append("baselines=[]")
    if group == "launcher":
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
        typed += ["-m", "model=pooled_logistic", "seed=1,2"]
    code, out, err = call(*typed)
    assert code == 0, err
    assert "best constant answer" in out or group == "launcher"


def _skip_without_gpus(trainer: str) -> None:
    """Skip a trainer that asks for more GPUs than there are."""
    from workbench.config import compose

    torch = pytest.importorskip("torch")
    settings = compose([f"trainer={trainer}"]).trainer
    needed = settings.devices if settings.device == "cuda" else 0
    if torch.cuda.device_count() < needed:
        pytest.skip(f"trainer={trainer} needs {needed} GPU(s)")


def _use_case_of(group: str, name: str) -> str:
    """Return the use case an option is tried with; skip what no training run answers."""
    if group == "use_case":
        return name
    if group == "experiment":
        from workbench.config import compose

        return str(compose([f"experiment={name}"]).use_case.name)
    if group == "challenge":
        card = registry.get("challenge", name).card
        if card.get("answer", {}).get("kind") == "estimates":
            pytest.skip(f"{name} asks for estimates, which no training run gives")
        return str(card["use_case"]).replace("-", "_")
    if group != "model":
        return "pathology_slides"
    inputs, outputs = (registry.get("model", name).card[key] for key in ("inputs", "outputs"))
    if outputs["kind"] == "risk":
        if inputs["kind"] == "bags":
            pytest.skip(f"no shipped use case has tiles and times for {name}")
        return "sarcoma"
    return "adverse_events" if "features" in inputs else "pathology_slides"
