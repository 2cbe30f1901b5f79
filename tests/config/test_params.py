"""Settings of content are typed by its own dataclass, frozen or not."""

from dataclasses import dataclass, field

import pytest
from omegaconf import MISSING

from workbench.config import params_of
from workbench.errors import Problem, UsageError


@dataclass(frozen=True)
class Tiles:
    """Inner settings."""

    size_px: int = 256
    mpp: float | None = None


@dataclass(frozen=True)
class Slides:
    """Outer settings."""

    stain: str = MISSING
    tiles: Tiles = field(default_factory=Tiles)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.tiles.size_px < 1:
            problem = Problem("out-of-range", "size_px is below 1", "params.tiles.size_px")
            raise UsageError("the settings cannot be used", problems=[problem])


def test_given_values_are_typed_and_the_others_keep_their_default() -> None:
    made = params_of({"stain": "H&E", "tiles": {"mpp": "0.5"}}, Slides)
    assert made == Slides(stain="H&E", tiles=Tiles(256, 0.5))


def test_every_problem_is_told_with_its_path() -> None:
    with pytest.raises(UsageError) as caught:
        params_of({"tiles": {"size": 3, "mpp": "fine"}, "names": 4}, Slides, "use_case.params")
    assert {problem.where: problem.code for problem in caught.value.problems} == {
        "use_case.params.tiles.size": "unknown-key",
        "use_case.params.tiles.mpp": "wrong-type",
        "use_case.params.names": "wrong-type",
        "use_case.params.stain": "missing-value",
    }


def test_what_the_dataclass_refuses_is_told_in_its_own_words() -> None:
    with pytest.raises(UsageError, match="size_px is below 1"):
        params_of({"stain": "H&E", "tiles": {"size_px": 0}}, Slides)
