"""The clinical-AI workbench: pipelines, scoring and challenges for health data patients can trust.

The rooms of the house and who may import whom stand in ``docs/architecture.md``. Importing
``workbench`` loads nothing heavy: torch, monai and mlflow are imported by the rooms that use them.
"""

__version__ = "0.1.0"
