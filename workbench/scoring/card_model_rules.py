"""Rules on the part of a card that takes models."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.config.yaml_lines import KeyPath
from workbench.scoring.card import Challenge


def model_problems(challenge: Challenge) -> Iterator[tuple[KeyPath, str, str, str]]:
    """Check that a card that takes models says what they are fed, and names a package once."""
    models = challenge.models
    if models.accepted and not models.sample_inputs:
        message = "models are accepted, and nobody can try one: there are no public inputs"
        remedy = "name a folder beside the card with the inputs of the sample's cases"
        yield ("models", "sample_inputs"), "no-sample-inputs", message, remedy
    if models.streaming is not None and challenge.answer.kind != "classes":
        message = f"a streaming model answers by classes, the card asks for {challenge.answer.kind}"
        remedy = "leave streaming out: a model is then given a folder"
        yield ("models", "streaming"), "streaming-classes", message, remedy
    if leads_out(models.sample_inputs):
        message = f"'{models.sample_inputs}' leads out of the folder"
        yield ("models", "sample_inputs"), "path-outside", message, "name a folder inside"
    seen: set[str] = set()
    for place, package in enumerate(models.packages):
        name = package.partition("==")[0].lower().replace("_", "-")
        if name in seen:
            message = f"'{name}' is listed twice"
            yield ("models", "packages", place), "duplicate-package", message, "list it once"
        seen.add(name)


def leads_out(name: str) -> bool:
    """Say whether a relative name leaves its folder."""
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")
