"""A network's weights as plain arrays, and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from workbench.errors import DataError

_PREFIX = "network."


def weights_of(network: nn.Module) -> dict[str, np.ndarray]:
    """Return the weights by name, each behind ``network.``."""
    return {f"{_PREFIX}{name}": w.cpu().numpy() for name, w in network.state_dict().items()}


def put_weights(
    network: nn.Module, arrays: Mapping[str, np.ndarray], where: Path | str = ""
) -> None:
    """Put the weights among some arrays into a fresh network.

    Raises:
        DataError: They do not fit it.
    """
    weights = {
        name.removeprefix(_PREFIX): torch.from_numpy(array)
        for name, array in arrays.items()
        if name.startswith(_PREFIX)
    }
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        text = f"the weights do not fit the network: {error}"
        raise DataError(text, where=str(where)) from error
