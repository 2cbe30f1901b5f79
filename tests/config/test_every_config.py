"""Every shipped option is found, says its purpose, and composes with its targets and params."""

from pathlib import Path

import pytest

from workbench import registry
from workbench.config import compose
from workbench.config.options import all_options, purpose

OPTIONS = [(group, name, path) for group, o in all_options().items() for name, path in o.items()]
IDS = [f"{group}={name}" for group, name, _ in OPTIONS]


def overrides(group: str, name: str) -> list[str]:
    """Return what to type to try one option: with what it needs beside it, where it is alone."""
    if group == "model":
        kind = registry.get("model", name).card["outputs"]["kind"]
        if kind != "probabilities":
            pytest.skip(f"{name} answers with {kind}; no shipped challenge takes it yet")
    chosen = [f"{group}={name}"]
    if group == "use_case":
        answered = registry.get("use_case", name).card["challenge"]
        if answered is None:
            pytest.skip(f"no shipped challenge asks about {name} yet")
        return [*chosen, f"challenge={answered.replace('-', '_')}", *fitting(answered)]
    if group == "challenge":
        asked = registry.get("challenge", name).card["use_case"]
        return [*chosen, f"use_case={asked.replace('-', '_')}", *fitting(name)]
    return chosen


def fitting(challenge: str) -> list[str]:
    """Return the model to choose where a challenge does not take that of the defaults."""
    survival = "time" in registry.get("challenge", challenge).card.get("answer", {})
    return ["model=cox", "baselines=[]"] if survival else []


@pytest.mark.parametrize(("group", "name", "path"), OPTIONS, ids=IDS)
def test_the_option_composes(group: str, name: str, path: Path) -> None:
    config = compose(overrides(group, name))
    if group in ("use_case", "model", "challenge"):
        assert registry.get(group, config[group].name).name.replace("-", "_") == name  # type: ignore[arg-type]


@pytest.mark.parametrize(("group", "name", "path"), OPTIONS, ids=IDS)
def test_the_option_says_its_purpose_first(group: str, name: str, path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert 10 < len(purpose(path)) < 120


@pytest.mark.parametrize("kind", ["use_case", "model", "challenge"])
def test_all_content_has_an_option(kind: registry.Kind) -> None:
    names = {name.replace("-", "_") for name in registry.entries(kind)}
    assert names == set(all_options()[kind])


def test_every_experiment_can_be_tried_out() -> None:
    for name in all_options()["experiment"]:
        config = compose([f"experiment={name}", "debug=quick"])
        assert (config.trainer.max_epochs, config.validation.folds) == (2, 2)
