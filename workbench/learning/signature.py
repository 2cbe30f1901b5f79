"""What a saved model takes and gives, as MLflow and other tools state it."""

from __future__ import annotations

from collections.abc import Iterable

Signature = dict[str, dict[str, str]]


def signature_of(features: Iterable[str], outputs: Iterable[str]) -> Signature:
    """Return a model's signature: a case id and its features in, one row a case out.

    A bag is given as one row a tile, all with the case's id.

    >>> signature_of(["age"], ["p_low"])["outputs"]
    {'case': 'string', 'p_low': 'double'}
    """
    return {
        "inputs": {"case": "string"} | dict.fromkeys(features, "double"),
        "outputs": {"case": "string"} | dict.fromkeys(outputs, "double"),
    }
