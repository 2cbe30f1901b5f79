"""The JSON schema of ``workbench-model.yaml``, kept current in ``docs/schemas``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from workbench.challenge.models.manifest import Manifest
from workbench.storage import write_json

NAME = "model_manifest.schema.json"


def schema() -> dict[str, Any]:
    """Return the schema."""
    return Manifest.model_json_schema()


if __name__ == "__main__":
    write_json(Path(sys.argv[1]) / NAME, schema())
