"""Fixtures shared by all tests: an isolated workbench home, the real files, a real browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A busy machine takes longer over an example: no property is about time.
settings.register_profile("workbench", deadline=None)
settings.load_profile("workbench")

# Programs that tests start in a process of their own: collecting them would run them.
collect_ignore_glob = ["*/*_program.py"]

ROOT = Path(__file__).resolve().parents[1]


def _shared_data() -> Path | None:
    """Return the folder of real test files, or None when this machine has none."""
    named = os.environ.get("WORKBENCH_SHARED_DATA")
    candidates = [Path(named)] if named else [ROOT / "shared/data", ROOT.parent / "shared/data"]
    return next((c.resolve() for c in candidates if c.is_dir()), None)


@pytest.fixture(scope="session")
def sealed() -> None:
    """Skip, visibly, where this machine has no sandbox."""
    from workbench.sandbox import Tier, probe

    found = probe()
    if found.tier < Tier.SEALED:
        pytest.skip(f"no sealed sandbox here: {found.missing}")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real files; the test is skipped, visibly, where it is absent."""
    folder = _shared_data()
    if folder is None:
        pytest.skip("real test files are absent (set WORKBENCH_SHARED_DATA)")
    return folder


@pytest.fixture(autouse=True)
def _isolated_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep audit logs, heads and opt-outs of a test out of the user's folders."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("WORKBENCH_HOME", str(home / "state"))
    monkeypatch.setenv("WORKBENCH_AUDIT_HEADS", str(home / "heads"))
    monkeypatch.setenv("WORKBENCH_ACTOR", "tester")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real Chromium; the test is skipped, visibly, where there is none."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if executable is None:
        pytest.skip("no chromium on this machine (apt-get install chromium)")
    flags = [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ]  # fmt: skip
    with playwright.sync_playwright() as api:
        started = api.chromium.launch(executable_path=executable, args=flags)
        yield started
        started.close()
