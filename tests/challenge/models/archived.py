"""Archives made by hand, and a challenge that takes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from workbench.scoring import Challenge

from ..submissions.world import CARD  # noqa: TID252
from .hosted import MANIFEST, RULES

CHALLENGE = Challenge.model_validate(
    CARD | {"models": RULES | {"packages": ["numpy==2.0.0"], "python": "3.11"}}
)


Fill = Callable[[zipfile.ZipFile], None]


def archive(fill: Fill, *, whole: bool = True) -> bytes:
    """Return a zip archive made by hand, with a model's two files in it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        if whole:
            made.writestr("workbench-model.yaml", MANIFEST)
            made.writestr("predict.py", "pass")
        fill(made)
    return content.getvalue()
