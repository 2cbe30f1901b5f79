"""Make the hidden side of `sarcoma-survival` and `sarcoma-causal`, or the public cohorts again.

    python scripts/sarcoma_challenges.py host FOLDER [--persons 3000] [--each 28] [--seed N]
    python scripts/sarcoma_challenges.py public FOLDER

`host` writes, from a secret seed, for each challenge a pack (`FOLDER/sarcoma_survival`,
`FOLDER/sarcoma_causal`), what participants may have (`FOLDER/public`) and the hidden labels
(`FOLDER/labels`, the organiser's alone). `public` writes the public cohorts of `sarcoma-causal`,
the same for everybody: their labels are in its starting kit.
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

from hidden_sides.packs import write_pack  # noqa: E402
from sarcoma_challenge_parts.cohorts import write_cohorts  # noqa: E402
from sarcoma_challenge_parts.persons import SPLITS, write_persons  # noqa: E402

from workbench import storage  # noqa: E402
from workbench.errors import WorkbenchError  # noqa: E402

PUBLIC_SEED, PUBLIC_EACH = 20261127, 5


def host(folder: Path, seed: int, persons: int, each: int) -> None:
    """Write both challenges with hidden splits; all follows from the seed."""
    kept = json.dumps({"seed": seed, "persons": persons, "each": each})
    storage.write_bytes(folder / "secret.json", kept.encode(), mode=0o600)
    random = np.random.default_rng(seed)
    seeds = [int(random.integers(2**62)) for _ in range(3)]
    write_pack(folder, "sarcoma_survival", write_persons(folder, seeds[0], persons))
    cohorts = folder / "public/sarcoma-causal"
    # Another seed is also another turn of every knob: what a public board teaches is not the rest.
    labels = {
        split: write_cohorts(cohorts / split, own, each, variants=4, names=letter)
        for split, own, letter in zip(SPLITS, seeds[1:], "HJ", strict=True)
    }
    write_pack(folder, "sarcoma_causal", labels)


def main() -> int:
    """Do what was asked."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("what", choices=("host", "public"))
    asked.add_argument("folder", type=Path)
    asked.add_argument("--persons", type=int, default=3000, help="Persons of the registry.")
    asked.add_argument("--each", type=int, default=28, help="Cohorts of a scenario and split.")
    asked.add_argument("--seed", type=int, help="Secret; drawn where not given, and kept.")
    given = asked.parse_args()
    if given.folder.exists() and any(given.folder.iterdir()):
        asked.error(f"{given.folder} is not empty")
    try:
        if given.what == "public":
            write_cohorts(given.folder, PUBLIC_SEED, PUBLIC_EACH, PUBLIC_EACH, "K")
        else:
            seed = secrets.randbits(62) if given.seed is None else given.seed
            host(given.folder, seed, given.persons, given.each)
    except WorkbenchError as error:
        print(f"Error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
