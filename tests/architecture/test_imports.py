"""Imports go down the floors of the house plan (docs/architecture.md), by syntax tree."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "workbench"
FLOORS = {
    "errors": 1.0,
    "storage": 1.1,
    "digests": 1.1,
    "audit": 1.2,
    "content": 1.2,
    "registry": 1.3,
    "config": 2.0,
    "data": 2.0,
    "metrics": 2.0,
    "tracking": 2.0,
    "scoring": 3.0,
    "imaging": 3.0,
    "sandbox": 3.0,
    "tabular": 3.0,
    "methods": 3.0,
    "learning": 3.1,
    "challenge": 4.0,
    "report": 4.1,
    "runs": 5.0,
    "remote": 5.0,
    "server": 5.5,
    "site": 5.6,
    "cli": 6.0,
}
CONTENT_KINDS = ("use_cases", "models", "challenges", "configs")
LIGHT_ROOMS = ("metrics", "methods", "scoring", "sandbox", "challenge", "remote", "server")
WEB_ROOMS = {"server", "site"}


def _sources(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*.py")) if "templates" not in p.parts]


def _imports(path: Path) -> list[tuple[int, str]]:
    """Return (line, dotted name) of every import in a file, relative ones resolved."""
    package = list(path.relative_to(ROOT).with_suffix("").parts)
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: -node.level] if node.level else []
            if path.name == "__init__.py" and node.level:
                base = package[: len(package) - node.level]
            stem = ".".join([*base, *([node.module] if node.module else [])])
            found += [(node.lineno, f"{stem}.{alias.name}") for alias in node.names]
    return found


def _room(dotted: str) -> str | None:
    parts = dotted.split(".")
    return parts[1] if parts[0] == "workbench" and len(parts) > 1 else None


def _where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_every_room_has_a_floor() -> None:
    rooms = {p.stem for p in LIBRARY.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert rooms - {"__init__"} <= set(FLOORS), "give the new room a floor in docs and here"


def test_library_imports_go_down_the_floors() -> None:
    wrong = []
    for path in _sources(LIBRARY):
        room = path.relative_to(LIBRARY).parts[0].removesuffix(".py")
        if room not in FLOORS:
            continue
        for line, name in _imports(path):
            other = _room(name)
            if other in FLOORS and other != room and FLOORS[other] >= FLOORS[room]:
                wrong.append(f"{_where(path, line)}: {room} imports {other}")
    assert not wrong, "\n".join(wrong)


def test_library_never_names_content() -> None:
    wrong = [
        f"{_where(path, line)}: {name}"
        for path in _sources(LIBRARY)
        for line, name in _imports(path)
        if name.split(".")[0] in CONTENT_KINDS
        or any(name.startswith(f"workbench.content.{kind}") for kind in CONTENT_KINDS)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", ["use_cases", "models", "challenges"])
def test_content_imports_floors_1_to_4_and_its_own_folder(kind: str) -> None:
    wrong = []
    for path in _sources(ROOT / kind):
        own = path.relative_to(ROOT / kind).parts[0]
        for line, name in _imports(path):
            parts = name.split(".")
            room = _room(name)
            if room in FLOORS and FLOORS[room] >= 5:
                wrong.append(f"{_where(path, line)}: content imports {room}")
            if parts[0] in CONTENT_KINDS and parts[:2] != [kind, own]:
                wrong.append(f"{_where(path, line)}: content imports other content ({name})")
            if name.startswith("workbench.content."):
                wrong.append(f"{_where(path, line)}: use a relative import, not {name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("room", LIGHT_ROOMS)
def test_scoring_rooms_need_neither_torch_nor_mlflow(room: str) -> None:
    heavy = {"torch", "mlflow", "monai", "lightning"}
    wrong = [
        f"{_where(path, line)}: {name}"
        for path in _sources(LIBRARY / room)
        for line, name in _imports(path)
        if name.split(".")[0] in heavy
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_server_needs_a_web_framework() -> None:
    web = {"fastapi", "starlette", "uvicorn"}
    wrong = [
        f"{_where(path, line)}: {name}"
        for path in _sources(LIBRARY)
        for line, name in _imports(path)
        if name.split(".")[0] in web and path.relative_to(LIBRARY).parts[0] not in WEB_ROOMS
    ]
    assert not wrong, "\n".join(wrong)


def test_scripts_import_the_library_and_no_content() -> None:
    wrong = [
        f"{_where(path, line)}: {name}"
        for path in _sources(ROOT / "scripts")
        for line, name in _imports(path)
        if name.split(".")[0] in CONTENT_KINDS
    ]
    assert not wrong, "\n".join(wrong)


def test_file_names_say_what_they_hold() -> None:
    empty_names = {"utils", "util", "helpers", "helper", "misc", "common"}
    found = [p for p in _sources(ROOT) if p.stem in empty_names and ".venv" not in p.parts]
    assert not found
