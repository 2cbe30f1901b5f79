"""Maps the content folders (use cases, models, challenges, configs) to ``workbench.content.*``.

In the wheel they lie inside this package. In a checkout they are the top-level folders beside
``workbench/``. ``WORKBENCH_PATH`` (separated like ``PATH``) adds outside folders under the same
names, so a hospital's own use case is imported exactly like a shipped one. A root on that path is
code that runs with the user's rights: never put a participant's upload there.
"""

import os
from pathlib import Path

KINDS = ("use_cases", "models", "challenges", "configs")

_checkout = Path(__file__).resolve().parents[2]
if all((_checkout / kind).is_dir() for kind in KINDS) and (_checkout / "pyproject.toml").is_file():
    __path__ = [str(_checkout)]
_outside = [
    Path(p).expanduser().resolve()
    for p in os.environ.get("WORKBENCH_PATH", "").split(os.pathsep)
    if p
]
__path__ = [*__path__, *(str(p) for p in _outside if str(p) not in __path__)]


def roots() -> list[Path]:
    """Return the folders that hold content: the shipped one first, then those of WORKBENCH_PATH."""
    return [Path(p) for p in __path__]


def missing_roots() -> list[Path]:
    """Return the folders named in WORKBENCH_PATH that do not exist."""
    return [p for p in _outside if not p.is_dir()]
