"""``workbench challenge data``: the files of a challenge everybody may read."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from workbench.cli.desk_options import SERVER, desk_at
from workbench.cli.output import print_json, print_table, say
from workbench.cli.progress import sending
from workbench.cli.store_options import JSON, STORE
from workbench.cli.verbs import Verb
from workbench.errors import UsageError, did_you_mean


@click.command(
    "data",
    cls=Verb,
    examples=(
        "workbench challenge data tissue-lesions",
        "workbench challenge data tissue-lesions --out public_files",
    ),
)
@click.argument("challenge")
@click.option("--file", "names", multiple=True, metavar="NAME", help="Only this file; repeatable.")
@click.option("--out", "-o", type=click.Path(path_type=Path), help="Folder to write them into.")
@STORE
@SERVER
@JSON
def command(
    challenge: str,
    names: tuple[str, ...],
    out: Path | None,
    place: str | None,
    server: str | None,
    as_json: bool,
) -> None:
    """List the public files of a challenge, or get them.

    Each file is checked against its sha256. A download from a server that was broken off goes on
    where it stopped. CHALLENGE: its id.
    """
    from workbench.remote.public_card import below

    with desk_at(server, place, challenge, None) as desk:
        found = desk.public_files(challenge)
        for name in names:
            if all(name != file.name for file in found):
                hint = did_you_mean(name, [file.name for file in found])
                remedy = hint or f"workbench challenge data {challenge}"
                raise UsageError(f"no public file '{name}'", remedy=remedy)
        wanted = [file for file in found if not names or file.name in names]
        for file in wanted if out is not None else ():
            target = below(Path(out or "."), file.name)
            with sending(file.name) as told:
                desk.fetch(challenge, file, target, told)
            say(f"{target}: {file.size:,} bytes")
    if as_json:
        print_json([asdict(file) for file in wanted])
    else:
        print_table([asdict(file) for file in wanted], ("name", "size", "digest"))
