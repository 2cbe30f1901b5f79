"""Make the starting kits of the adverse-event challenges, or their hidden sides.

    python scripts/adverse_event_challenges.py kit {signals,exposure} FOLDER
    python scripts/adverse_event_challenges.py host FOLDER [--persons 20000] [--seed N]

`kit` writes the public sample of `adverse-event-signals` or `adverse-event-exposure` and the
baselines' answers to it, the same for everybody. `host` writes, from a secret seed, for each
challenge a pack (`FOLDER/adverse_event_signals`, `FOLDER/adverse_event_exposure`), what
participants may have (`FOLDER/public`: a population a split, without labels), the hidden labels
(`FOLDER/labels`) and the truth (`FOLDER/truth`), both the organiser's alone.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from adverse_event_challenge_parts import exposure, signals  # noqa: E402
from hidden_sides.packs import write_pack  # noqa: E402

from workbench import storage  # noqa: E402
from workbench.errors import WorkbenchError  # noqa: E402

PARTS = {"signals": signals, "exposure": exposure}


def host(folder: Path, seed: int, persons: int) -> None:
    """Write both challenges with two hidden splits, each a population of its own."""
    kept = json.dumps({"seed": seed, "persons": persons})
    storage.write_bytes(folder / "secret.json", kept.encode(), mode=0o600)
    random = np.random.default_rng(seed)
    for name, part in PARTS.items():
        own = np.random.default_rng(int(random.integers(2**62)))
        write_pack(folder, f"adverse_event_{name}", part.hidden(folder, own, persons))


def main() -> int:
    """Do what was asked."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    verbs = asked.add_subparsers(dest="what", required=True)
    kit = verbs.add_parser("kit", help="The public sample of a challenge.")
    kit.add_argument("challenge", choices=PARTS)
    kit.add_argument("folder", type=Path)
    hidden = verbs.add_parser("host", help="Both challenges with hidden splits.")
    hidden.add_argument("folder", type=Path)
    hidden.add_argument("--persons", type=int, default=20_000, help="Persons of each population.")
    hidden.add_argument("--seed", type=int, help="Secret; drawn where not given, and kept.")
    given = asked.parse_args()
    if given.what == "host" and given.folder.exists() and any(given.folder.iterdir()):
        asked.error(f"{given.folder} is not empty")
    try:
        if given.what == "kit":
            PARTS[given.challenge].kit(given.folder)
        else:
            seed = secrets.randbits(62) if given.seed is None else given.seed
            host(given.folder, seed, given.persons)
    except WorkbenchError as error:
        print(f"Error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
