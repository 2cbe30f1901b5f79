"""Reads the inputs of the public sample that a store keeps, so that models are tried elsewhere."""

from __future__ import annotations

from workbench.scoring import Challenge
from workbench.scoring.files import read_within
from workbench.scoring.splits import beside

MOST_KEPT_MB = 32
"""Most that is kept of one challenge: larger inputs lie in the folder of ``serve --data``."""


def sample_inputs(card: Challenge) -> dict[str, bytes]:
    """Return the inputs of a challenge's public sample by their names.

    Nothing of a challenge that takes no models, whose folder is not known, or whose inputs are
    larger than :data:`MOST_KEPT_MB`.

    Raises:
        DataError: One is a link, or no plain file.
    """
    rules = card.models
    if not rules.accepted or not rules.sample_inputs or card.folder is None:
        return {}
    folder = beside(card, rules.sample_inputs)
    paths = [path for path in sorted(folder.rglob("*")) if not path.is_dir()]
    if sum(path.lstat().st_size for path in paths) > MOST_KEPT_MB * 10**6:
        return {}
    names = [path.relative_to(folder).as_posix() for path in paths]
    return {name: read_within(folder, name, None) for name in names}
