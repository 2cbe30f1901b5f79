"""Every command a help page shows is executed, in one folder, after one quick run."""

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from workbench.cli.main import cli, main

CHALLENGES = Path(__file__).resolve().parents[2] / "challenges"
PLAN = Path(__file__).resolve().parents[2] / "use_cases/adverse_events/rates.yaml"
PROTOCOL = Path(__file__).resolve().parents[1] / "runs/emulation/adjuvant.yaml"


def pages(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every help page below a command, with what is typed to see it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from pages(child, f"{path} {name}")


PAGES = list(pages(cli, "workbench"))
EXAMPLES = sorted({example for _, command in PAGES for example in getattr(command, "examples", ())})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with what the examples name: a run, other data, slides, predictions and labels."""
    place = tmp_path_factory.mktemp("examples")
    home = tmp_path_factory.mktemp("examples_home")
    (place / "challenges").symlink_to(CHALLENGES)
    kit = CHALLENGES / "tissue_lesions/starting_kit"
    shutil.copy(kit / "submission.csv", place / "predictions.csv")
    shutil.copy(kit / "labels.csv", place / "labels.csv")
    cells = [f"{c},p{c // 2},{a},0.{(7 * c + ord(a)) % 9}" for c in range(20) for a in "abc"]
    (place / "table.csv").write_text("\n".join(["case,patient,algorithm,value", *cells, ""]))
    (place / "board.csv").write_text(
        "team,public,public_place,private,place\na,0.93,1,0.95,1\nb,0.92,2,0.94,2\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("WORKBENCH_HOME", str(home / "state"))
        patch.setenv("WORKBENCH_AUDIT_HEADS", str(place / "heads"))
        patch.setenv("WORKBENCH_STORE", str(place / "store"))
        assert main(["challenge", "open", "tissue-lesions"]) == 0
        assert main(["challenge", "team", "add", "tissue-lesions", "Team 1"]) == 0
        send = "submit predictions.csv --challenge tissue-lesions --wait --team"
        assert main([*send.split(), "Team 1"]) == 0
        _challenge_that_is_over(place)
        typed = "train debug=quick tracking=none"
        assert main(typed.split()) == 0
        typed = "synthesize pathology_slides --out data/other --seed 7 n_slides=8 --json"
        assert main(typed.split()) == 0
        typed = "synthesize sarcoma --out data/sarcoma --seed 5 synthetic.n=700 --json"
        assert main(typed.split()) == 0
        typed = "synthesize adverse_events --out data/adverse_events synthetic.persons=2000 --json"
        assert main([*typed.split(), "synthetic.substances=6", "synthetic.planted=4"]) == 0
    seen = [f"C{c},P{c},{40 * c + 7},{c % 2}" for c in range(1, 41)]
    (place / "follow_up.csv").write_text("\n".join(["case,patient,days,died", *seen, ""]))
    shutil.copy(PROTOCOL, place / "adjuvant.yaml")
    shutil.copy(PLAN, place / "rates.yaml")
    next(place.glob("runs/pathology_slides-*")).rename(place / "runs/my_run")
    slides = sorted((place / "data/other/slides").iterdir())[:2]
    (place / "slides").mkdir()
    for slide in slides:
        shutil.copy(slide, place / "slides")
    shutil.copy(slides[0], place / "slide.svs")
    return place


def _challenge_that_is_over(place: Path) -> None:
    """Write a new card; open a challenge to end by hand; publish the report of one that is over."""
    for name, old, new in (
        ("new_card", "version: 1.0.0", "version: 2.0.0"),
        ("over", "closes: 2031-", "closes: 2026-"),
        ("trial-round", "version: 1.0.0", "version: 1.0.0"),
    ):
        shutil.copytree(CHALLENGES / "tissue_lesions", place / name)
        card = place / name / "challenge.yaml"
        text = card.read_text(encoding="utf-8").replace(old, new)
        text = text.replace("opens: 2026-", "opens: 2025-")
        card.write_text(
            text if name == "new_card" else text.replace("id: tissue-lesions", f"id: {name}")
        )
    assert main(["challenge", "open", "trial-round"]) == 0
    assert main(["challenge", "team", "add", "trial-round", "Team 1"]) == 0
    issue = "challenge token issue --challenge trial-round --team"
    assert main([*issue.split(), "Team 1"]) == 0
    assert main(["challenge", "open", "over"]) == 0
    assert main(["challenge", "close", "over", "--publish", "published"]) == 0


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_works(
    example: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("WORKBENCH_STORE", str(folder / "store"))
    monkeypatch.setenv("WORKBENCH_AUDIT_HEADS", str(folder / "heads"))
    program, *arguments = shlex.split(example)
    assert program == "workbench"
    code = main(arguments)
    streams = capsys.readouterr()
    assert code == 0, streams.err
    assert "Traceback" not in streams.err


@pytest.mark.parametrize(("path", "command"), PAGES, ids=[path for path, _ in PAGES])
def test_the_page_ends_with_examples_of_its_own(
    path: str, command: click.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = command.examples  # type: ignore[attr-defined]
    assert 1 <= len(examples) <= 3
    assert all(example.startswith(path) for example in examples)
    assert main([*path.split()[1:], "--help"]) == 0
    page = capsys.readouterr().out
    ending = "".join(f"  {example}\n" for example in examples)
    assert page.endswith(f"\nExamples:\n{ending}")
    assert "...\n" not in page.partition("\nExamples:")[0].partition("\n")[2], "a line is cut"
