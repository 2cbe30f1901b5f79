"""An interpreter brings its installation into a sandbox, and no more of the machine."""

from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.sandbox import interpreter_of


def installed(folder: Path) -> Path:
    """Make a folder that looks like an installation of Python; return its program."""
    (folder / "bin").mkdir(parents=True)
    (folder / "lib" / "python3.11").mkdir(parents=True)
    program = folder / "bin" / "python3"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_an_environment_brings_the_installation_it_was_made_from(tmp_path: Path) -> None:
    base = installed(tmp_path / "opt" / "python")
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "pyvenv.cfg").write_text("home = there\n")
    (venv / "bin" / "python").symlink_to(base)
    assert interpreter_of(venv).folders == (venv, tmp_path / "opt" / "python")


def test_a_link_on_the_way_opens_its_own_folder_alone(tmp_path: Path) -> None:
    base = installed(tmp_path / "python")
    links = tmp_path / "etc" / "links"
    links.mkdir(parents=True)
    (tmp_path / "etc" / "labels.csv").write_text("secret")
    (links / "python").symlink_to(base)
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(links / "python")
    assert interpreter_of(venv).folders == (venv, links, tmp_path / "python")


def test_a_folder_without_python_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no Python"):
        interpreter_of(tmp_path)
