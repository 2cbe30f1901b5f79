"""Saves and loads encoders. A file is checked against its sha256 before anything reads it.

Two formats are loaded: a state dictionary (weights only, never a pickled object) with the name of
its network, and TorchScript. ``torch.export`` archives are refused: loading one runs pickle.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import nn

from workbench import digests, storage
from workbench.errors import DataError, UsageError
from workbench.imaging.encoder import Encoder, SmallCnn, Three, pooled

OWN = "workbench.imaging.encoder.SmallCnn"
IMAGENET_MEAN: Three = (0.485, 0.456, 0.406)
IMAGENET_STD: Three = (0.229, 0.224, 0.225)


def save_encoder(encoder: Encoder, path: Path | str) -> str:
    """Write the weights of a :class:`SmallCnn`; return the sha256 of the file."""
    buffer = io.BytesIO()
    weights = {
        name: value.cpu().contiguous() for name, value in encoder.module.state_dict().items()
    }
    torch.save(weights, buffer)
    storage.write_bytes(path, buffer.getvalue())
    return digests.of_bytes(buffer.getvalue())


def load_encoder(
    path: Path | str,
    sha256: str,
    *,
    network: str | None = None,
    options: Mapping[str, Any] | None = None,
    mean: Three | None = None,
    std: Three | None = None,
    probe_px: int = 128,
) -> Encoder:
    """Return an encoder from a file whose content is known by its digest.

    Args:
        path: State dictionary (``torch.save`` of it) or TorchScript archive.
        sha256: Expected digest of the file, 64 hexadecimal digits.
        network: For a state dictionary: the network's class, such as
            ``monai.networks.nets.resnet18``; by default the :class:`SmallCnn` trained here.
        options: Arguments of the class.
        mean: Channel means of the network's training, for values 0 to 1; by default ImageNet's for
            a foreign network.
        std: Channel standard deviations, likewise.
        probe_px: Side of the tile the network is tried on.

    Raises:
        DataError: No such file, another digest, or content that does not fit the network.
        UsageError: The network is unknown or not allowed.
    """
    path = Path(path)
    _check_digest(path, sha256)
    own = network in (None, OWN)
    if _is_torchscript(path):
        module, name, own = torch.jit.load(str(path), map_location="cpu"), path.stem, False
    else:
        name = (network or OWN).rpartition(".")[2]
        module = _from_weights(path, network, dict(options or {}))
    defaults = (Encoder.mean, Encoder.std) if own else (IMAGENET_MEAN, IMAGENET_STD)
    module.eval()
    dims = _probe(module, path, probe_px)
    return Encoder(name, module, dims, mean or defaults[0], std or defaults[1], sha256.lower())


def _check_digest(path: Path, sha256: str) -> None:
    """Raise DataError unless the file exists and has the digest."""
    if not path.is_file():
        raise DataError(
            "no such encoder file",
            where=str(path),
            remedy=f"place the file with sha256 {sha256[:12]}... there, or correct the path",
        )
    found = digests.of_file(path)
    if found != sha256.lower():
        raise DataError(
            f"the encoder's sha256 is {found}, expected {sha256 or '(none stated)'}",
            where=str(path),
            remedy="use the file the configuration names, or state its digest once you trust it",
        )


def _is_torchscript(path: Path) -> bool:
    """Return whether a file is TorchScript rather than a state dictionary.

    Raises:
        DataError: It is neither.
    """
    try:
        names = zipfile.ZipFile(path).namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise DataError(
            f"no torch archive: {error}",
            where=str(path),
            remedy="save a state dictionary with torch.save, or a TorchScript module",
        ) from error
    tails = {name.partition("/")[2] for name in names}
    if "data.pkl" not in tails:
        raise DataError(
            "neither a state dictionary nor TorchScript (torch.export archives are refused, since"
            " loading one runs pickle)",
            where=str(path),
            remedy="save the state dictionary, or torch.jit.script / trace the module",
        )
    return "constants.pkl" in tails


def _from_weights(path: Path, network: str | None, options: dict[str, Any]) -> nn.Module:
    """Return the network filled with the weights of a file."""
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except (UnpicklingError, RuntimeError, EOFError) as error:
        raise DataError(
            "the file holds more than weights, or is damaged",
            where=str(path),
            remedy="save module.state_dict(), not the module",
        ) from error
    module = _build(network, options, weights)
    try:
        module.load_state_dict(weights)
    except (RuntimeError, AttributeError, TypeError) as error:
        raise DataError(
            f"the weights do not fit {network or OWN}({options}): {str(error)[:300]}",
            where=str(path),
            remedy="name the network and the options the weights were trained with",
        ) from error
    return module


def _build(network: str | None, options: dict[str, Any], weights: Any) -> nn.Module:
    """Return an untrained network of the allow-listed class."""
    from workbench.config.targets import resolve

    if network in (None, OWN):
        try:  # the sizes of our own network stand in its weights
            sizes = {"dims": len(weights["out.bias"]), "width": len(weights["blocks.0.0.weight"])}
        except (KeyError, TypeError) as error:
            raise DataError(
                "these are not the weights of the workbench's own encoder",
                remedy="name their network, for instance monai.networks.nets.resnet18",
            ) from error
        return SmallCnn(**(sizes | options))
    try:
        module = resolve(str(network))(**options)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"{network} cannot be built from {options}: {error}",
            remedy="correct the encoder's options",
        ) from error
    if not isinstance(module, nn.Module):
        raise UsageError(f"{network} is no network", remedy="name a class of monai.networks.nets")
    return module


def _probe(module: nn.Module, path: Path, side: int) -> int:
    """Return the length of the network's feature vectors, by trying it on one grey tile."""
    try:
        with torch.inference_mode():
            features = pooled(module(torch.zeros(1, 3, side, side)))
    except (RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise DataError(
            f"the encoder fails on a tile of {side}x{side} px: {str(error)[:300]}",
            where=str(path),
            remedy="give a network that takes float images (n, 3, h, w)",
        ) from error
    if features.ndim != 2 or len(features) != 1 or not bool(torch.isfinite(features).all()):
        raise DataError(
            f"the encoder gives {tuple(features.shape)} for one tile, expected finite (1, d)",
            where=str(path),
            remedy="give a network without a dense prediction head",
        )
    return int(features.shape[1])
