"""Resampled values as text of an event: float64, little-endian, zlib, base64."""

from __future__ import annotations

import base64
import binascii
import zlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError

_MOST_BYTES = 8 * 1_000_000


def encode(values: ArrayLike) -> str:
    """Return values of shape ``(B,)`` as text; NaN stays NaN.

    >>> decode(encode([0.1, 2.0])).tolist()
    [0.1, 2.0]
    """
    content = np.ascontiguousarray(values, dtype="<f8").reshape(-1).tobytes()
    return base64.b64encode(zlib.compress(content, 6)).decode("ascii")


def decode(text: str) -> NDArray[np.float64]:
    """Return the values of a text, to the bit; shape ``(B,)``, empty for an empty text.

    Raises:
        DataError: The text was not made by :func:`encode`.
    """
    if not text:
        return np.empty(0)
    try:
        inflate = zlib.decompressobj()
        content = inflate.decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
        if not inflate.eof:
            raise ValueError("more values than a sheet has")
        return np.frombuffer(content, dtype="<f8").astype(np.float64)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise DataError(f"resampled values cannot be read: {error}", where="score") from error
