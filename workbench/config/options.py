"""The configuration groups and their options, from every root, as files on disk."""

from __future__ import annotations

from pathlib import Path

from workbench.content import missing_roots, roots
from workbench.errors import Problem, UsageError, did_you_mean

GROUPS = (
    "use_case",
    "model",
    "trainer",
    "tracking",
    "challenge",
    "experiment",
    "debug",
    "launcher",
)
MAY_BE_NULL = ("experiment", "debug")
Options = dict[str, dict[str, Path]]


def config_roots() -> list[Path]:
    """Return the ``configs`` folders: the shipped one first, then those of WORKBENCH_PATH."""
    return [root / "configs" for root in roots() if (root / "configs").is_dir()]


def all_options() -> Options:
    """Return the options of every group with their files, sorted by name.

    An option in a sub-folder is called ``sub/name``, as Hydra does.

    Raises:
        UsageError: A name exists in two roots (Hydra would silently take the first), a folder is no
            group, or WORKBENCH_PATH names a folder that does not exist.
    """
    problems = [
        Problem("missing-root", "WORKBENCH_PATH names a folder that does not exist", str(root))
        for root in missing_roots()
    ]
    found: dict[str, Path] = {}
    for root in config_roots():
        for path in sorted(root.rglob("*.yaml")):
            name = path.relative_to(root).with_suffix("").as_posix()
            group = name.partition("/")[0]
            if name in found:
                message = f"'{name}' also exists as {found[name]}"
                problems.append(Problem("duplicate-option", message, str(path), "rename one"))
            elif "/" in name and group not in GROUPS:
                hint = did_you_mean(group, GROUPS) or f"groups: {', '.join(GROUPS)}"
                problems.append(Problem("unknown-group", f"no group '{group}'; {hint}", str(path)))
            else:
                found[name] = path
    if problems:
        raise UsageError("the configuration folders cannot be used", problems=problems)
    return {group: _of_group(group, found) for group in GROUPS}


def unknown_option(group: str, name: str, known: dict[str, Path]) -> Problem:
    """Return the problem of an option that does not exist, with the closest names."""
    hint = did_you_mean(name, known) or f"known: {', '.join(known) or 'none'}"
    return Problem("unknown-option", f"no option '{name}' for group '{group}'; {hint}", group)


def purpose(path: Path) -> str:
    """Return the purpose an option file states in its first comment line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") and "@package" not in line:
            return line.lstrip("# ").strip()
    return ""


def _of_group(group: str, found: dict[str, Path]) -> dict[str, Path]:
    """Return the options of one group, named without the group."""
    start = f"{group}/"
    return {n.removeprefix(start): p for n, p in sorted(found.items()) if n.startswith(start)}
