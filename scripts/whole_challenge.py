"""Play two whole challenges on loopback: an organiser, a server, five teams, a report, its proof.

    python scripts/whole_challenge.py [--keep FOLDER]

Everybody types the real command line in a folder of their own; the server and its scorers are
processes, models run in the sandbox. `tissue-lesions` gets hidden slides from a secret seed, and a
challenge on device series calls models day by day. Each promise is checked as it comes due: the
first that is not kept ends the play with exit code 1. Needs bubblewrap; ends within ten minutes.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from rich.console import Console  # noqa: E402
from rich.markup import escape  # noqa: E402
from whole_challenge_parts.cheating import attack, look_ahead  # noqa: E402
from whole_challenge_parts.ending import close, leave, prove  # noqa: E402
from whole_challenge_parts.opening import open_challenges, sign_in  # noqa: E402
from whole_challenge_parts.people import Broken  # noqa: E402
from whole_challenge_parts.stage import Stage  # noqa: E402
from whole_challenge_parts.taking_part import read_boards, send_files, send_models  # noqa: E402

from workbench.sandbox import Tier, probe  # noqa: E402

LONGEST_S = 600
ACTS = (
    open_challenges,
    sign_in,
    send_files,
    send_models,
    attack,
    look_ahead,
    read_boards,
    leave,
    close,
    prove,
)


def main() -> int:
    """Play; return 0 when every promise was kept."""
    keep = _asked()
    console = Console(width=140, soft_wrap=True)
    found = probe()
    if found.tier < Tier.SEALED:
        console.print(f"[red]no sealed sandbox here[/]: {found.missing}. {found.remedy}")
        return 1
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST_S)
    folder = keep or Path(tempfile.mkdtemp(prefix="whole-challenge-"))
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    stage = Stage(folder.resolve(), console, secrets.randbits(62))
    try:
        for act in ACTS:
            console.rule(f"[bold]{(act.__doc__ or '').strip(' .')}")
            act(stage)
    except (Broken, TimeoutError, subprocess.TimeoutExpired) as error:
        console.print(f"[bold red]broken[/]  {escape(str(error))}")
        return 1
    finally:
        signal.alarm(0)
        stage.end()
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    console.print(f"[bold green]every promise was kept[/] in {time.monotonic() - began:.0f} s")
    return 0


def _asked() -> Path | None:
    """Return the folder to play in, if one was named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", type=Path, help="Folder to play in, which stays.")
    keep: Path | None = parser.parse_args().keep
    if keep is not None and keep.exists() and any(keep.iterdir()):
        parser.error(f"{keep} is not empty")
    return keep


def _too_long(number: int, frame: object) -> None:
    """End a play that hangs."""
    raise TimeoutError(f"longer than {LONGEST_S} s")


if __name__ == "__main__":
    sys.exit(main())
