"""No GPL or AGPL package in the run-time closure; LGPL is weak copyleft and passes."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
NOT_RUN_TIME = {"test", "dev", "oracle"}
STRONG_COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|(?<!Lesser )General Public License", re.I)
# Packages whose metadata names several licences of which the user may choose a permissive one.
CHOICE = {"python-dateutil"}


def _run_time_closure() -> set[str]:
    """Return the installed packages that any run-time extra brings, by canonical name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra, requirements in project["optional-dependencies"].items():
        wanted += requirements if extra not in NOT_RUN_TIME else []
    seen: set[tuple[str, frozenset[str]]] = set()
    names: set[str] = set()
    queue = [Requirement(text) for text in wanted]
    while queue:
        requirement = queue.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            needs = metadata.requires(requirement.name) or []
        except metadata.PackageNotFoundError:
            continue
        names.add(key[0])
        for need in map(Requirement, needs):
            extras = requirement.extras or {""}
            if not need.marker or any(need.marker.evaluate({"extra": e}) for e in extras):
                queue.append(need)
    return names


def _licence(name: str) -> str:
    """Return everything a package's metadata says about its licence, in one line."""
    facts = metadata.metadata(name)
    short = (facts.get("License") or "").split("\n")[0][:200]
    classifiers = [c for c in facts.get_all("Classifier") or [] if c.startswith("License")]
    return " | ".join([facts.get("License-Expression") or "", short, *classifiers])


def is_strong_copyleft(licence: str) -> bool:
    """Return whether a licence text names the GPL or AGPL (not the LGPL)."""
    # In "(BSD-3-Clause OR GPL-2.0-only)" the user chooses: a group with a free choice is no GPL.
    for group in re.findall(r"\([^()]*\bOR\b[^()]*\)", licence):
        if any(not STRONG_COPYLEFT.search(choice) for choice in group.strip("()").split(" OR ")):
            licence = licence.replace(group, "")
    weak = re.sub(
        r"L(esser|ibrary)\s+General Public License|\bLGPL[\w.+-]*", "", licence, flags=re.I
    )
    return bool(STRONG_COPYLEFT.search(weak))


def test_run_time_closure_has_no_strong_copyleft() -> None:
    closure = _run_time_closure()
    assert {"numpy", "torch", "openslide-python"} <= closure
    found = {n: _licence(n) for n in closure - CHOICE if is_strong_copyleft(_licence(n))}
    assert not found


def test_no_torchvision_and_no_timm() -> None:
    assert not {"torchvision", "timm"} & _run_time_closure()


@pytest.mark.parametrize(
    ("licence", "strong"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("LGPL-2.1-or-later", False),
        ("GNU Lesser General Public License v2 (LGPLv2)", False),
        ("BSD-3-Clause", False),
        ("MIT AND (BSD-3-Clause OR GPL-2.0-only)", False),
        ("MIT AND (GPL-3.0-only OR AGPL-3.0-only)", True),
    ],
)
def test_the_check_knows_the_families(licence: str, strong: bool) -> None:
    assert is_strong_copyleft(licence) is strong


def test_constraints_pin_no_local_version() -> None:
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    assert not [pin for pin in pins if "+" in pin.split("#")[0]]
    assert "torch==2.13.0" in pins
