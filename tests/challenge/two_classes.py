"""The card of a small challenge of two classes; each world says what it judges by, and when."""

from typing import Any

TWO_CLASSES: dict[str, Any] = {
    "schema_version": 2,
    "id": "demo",
    "version": "1.0.0",
    "title": {"en": "Demo", "fr": "Démo"},
    "description": {"en": "A demo", "fr": "Une démo"},
    "use_case": "demo",
    "licence": "CC0-1.0",
    "contact": {"name": "team"},
    "key": "case",
    "unit": "patient",
    "label": "label",
    "classes": ["no", "yes"],
    "submission": {"forms": ["probabilities"]},
    "missing_value_policy": "reject",
    "decision": {"rule": "most-probable"},
    "sample": {"labels": "labels.csv", "submission": "sample.csv"},
}
