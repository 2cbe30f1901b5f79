"""The how-to pages are true: every command parses, and every walk runs from its first line on."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from workbench.cli.main import cli
from workbench.cli.verbs import VERBS
from workbench.sandbox import Tier, probe

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "index.md",
    "walk_participant.md",
    "walk_researcher.md",
    "walk_organiser.md",
    "extending.md",
    "challenges.md",
    "model_submissions.md",
    "server.md",
    "target_trials.md",
    "sarcoma_challenges.md",
    "adverse_event_challenges.md",
    "reporting_rates.md",
)
ENDED = "trap 'kill $(jobs -p) 2> /dev/null' EXIT\n"
CHECKED = """
_code=$?
if [ "$_code" -ne {expected} ]; then
  echo "exit code $_code, expected {expected}: "{line} >&2
  exit 99
fi
"""


def commands(page: str) -> list[str]:
    """Return the lines of a page's ``sh`` blocks, in order."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def expected_code(line: str) -> int:
    """Return the exit code a line announces (``# exit code 4``), 0 by default."""
    found = re.search(r"# exit code (\d+)", line)
    return int(found[1]) if found else 0


def script(page: str) -> str:
    """Return a page's walk as a shell script that stops at the first surprise."""
    return ENDED + "".join(
        line + CHECKED.format(expected=expected_code(line), line=shlex.quote(line))
        for line in commands(page)
    )


VERB_LINES = [
    pytest.param(line, id=f"{page}: {line[:60]}")
    for page in PAGES
    for line in commands(page)
    if "workbench " in line
]


@pytest.mark.parametrize("line", VERB_LINES)
def test_every_command_names_a_verb_and_options_that_exist(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "labels.csv").touch()  # what earlier lines of a page make
    (tmp_path / "lesion_grade_labels").mkdir()
    (tmp_path / "hidden_labels.csv").touch()
    (tmp_path / "grades_labels").mkdir()
    (tmp_path / "inputs").mkdir()
    for name in ("survival", "causal"):
        (tmp_path / f"host/labels/sarcoma-{name}").mkdir(parents=True)
    for name in ("signals", "exposure"):
        (tmp_path / f"host/labels/adverse-event-{name}").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line.partition("|")[0].partition(">")[0], comments=True)
    arguments = words[words.index("workbench") + 1 :]
    command: click.Command = cli
    with click.Context(cli) as context:
        while isinstance(command, click.Group):
            name = arguments.pop(0)
            found = command.get_command(context, name)
            assert found is not None, f"no verb {name}; verbs: {', '.join(VERBS)}"
            command = found
        command.make_context(command.name, arguments, parent=context)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "page",
    [
        "walk_researcher.md",
        "walk_organiser.md",
        "extending.md",
        "challenges.md",
        "server.md",
        "target_trials.md",
        "sarcoma_challenges.md",
        "adverse_event_challenges.md",
        "reporting_rates.md",
    ],
)
def test_a_walk_runs_as_it_is_written(page: str, tmp_path: Path) -> None:
    walk(page, tmp_path)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "page",
    ["model_submissions.md", pytest.param("walk_participant.md", marks=pytest.mark.slow)],
)
def test_a_walk_with_a_model_runs_as_it_is_written(page: str, tmp_path: Path) -> None:
    if probe().tier < Tier.SEALED:
        pytest.skip(f"no sealed sandbox here: {probe().missing}")
    walk(page, tmp_path)


def walk(page: str, tmp_path: Path) -> None:
    """Run a page's walk in a folder."""
    for name in ("challenges", "scripts", "use_cases"):
        (tmp_path / name).symlink_to(ROOT / name)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WORKBENCH_")}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        ["bash", "-c", script(page)], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-3000:]}"


def test_pages_link_to_files_and_headings_that_exist() -> None:
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", text):
            page = path.parent / target if target else path
            assert page.exists(), f"{path.name} links to {target}"
            assert not anchor or anchor in anchors(page), f"{path.name}: {target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """Return what a page's headings are linked by: small letters, signs left out, hyphens."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
