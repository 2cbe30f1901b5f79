"""Gets what a model is tried on: a challenge's card, and its public sample with inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from workbench import storage
from workbench.audit import home
from workbench.challenge.submissions.public_files import CARD, INPUTS
from workbench.errors import DataError, UsageError
from workbench.remote.desk import Desk, Progress, PublicFile
from workbench.scoring import Challenge
from workbench.scoring.card import SAMPLE
from workbench.scoring.card_check import parse_challenge

_LABELS = f"labels/{SAMPLE}.csv"
Watch = Callable[[str], AbstractContextManager[Progress | None]]
"""Called with a file's name; gives what hears how much of it has come."""


def public_card(desk: Desk, challenge: str, watch: Watch) -> Challenge:
    """Return a challenge's card, in a folder with its public sample and the sample's inputs.

    Files are kept by digest in ``cache`` under ``WORKBENCH_HOME``: each is fetched once.

    Args:
        desk: Where the challenge is.
        challenge: Its id.
        watch: Draws progress.

    Raises:
        UsageError: It takes models and its sample's inputs are not given there, or its card is one
            of another version of the workbench.
        DataError: A file is not the one of its digest, or its name leads out of the folder.
    """
    found = {file.name: file for file in desk.public_files(challenge)}
    wanted = {n: f for n, f in found.items() if n in (CARD, _LABELS) or n.startswith(INPUTS)}
    if CARD not in wanted or _LABELS not in wanted:
        raise DataError(f"card and sample of {challenge} are not given there")
    kept = {name: _kept(desk, challenge, file, watch) for name, file in wanted.items()}
    stamp = hashlib.sha256("\n".join(sorted(wanted[n].digest + n for n in wanted)).encode())
    folder = _cache("challenges") / stamp.hexdigest()
    card = parse_challenge(json.loads(kept[CARD].read_bytes()), folder / CARD)
    inputs = [name for name in wanted if name.startswith(INPUTS)]
    if card.models.accepted and not inputs:
        message = f"the inputs of the sample of {challenge} are not given there"
        remedy = "ask the organiser for the challenge's folder: --challenge FOLDER"
        raise UsageError(message, remedy=remedy)
    targets = {CARD: CARD, _LABELS: card.split(SAMPLE).file}
    targets |= {n: f"{card.models.sample_inputs}/{n.removeprefix(INPUTS)}" for n in inputs}
    if not folder.exists():
        with storage.writing_folder(folder) as aside:
            for name, target in targets.items():
                storage.copy_file(kept[name], below(aside, target))
    return card


def below(folder: Path, name: str) -> Path:
    """Return where a file goes: a server names no place outside the folder.

    Raises:
        DataError: It does.
    """
    target = folder / name
    if not target.resolve().is_relative_to(folder.resolve()):
        raise DataError("a file's name leads out of the folder", where=ascii(name[:80]))
    return target


def _kept(desk: Desk, challenge: str, file: PublicFile, watch: Watch) -> Path:
    """Return where a public file is kept, fetched unless it is there and whole."""
    target = _cache("files") / storage.file_name(file.digest)
    if target.exists():
        with target.open("rb") as handle:
            if hashlib.file_digest(handle, "sha256").hexdigest() == file.digest:
                return target
    with watch(file.name) as told:
        return desk.fetch(challenge, file, target, told)


def _cache(name: str) -> Path:
    """Return a folder of what can be fetched again."""
    return home() / "cache" / name
