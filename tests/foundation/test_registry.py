"""Content is found by name in every root; what is broken or doubled is named."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import content, registry
from workbench.errors import UsageError


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An outside root on the content path."""
    monkeypatch.setattr(content, "__path__", [*content.__path__, str(tmp_path)])
    return tmp_path


def _model(root: Path, folder: str, card: str) -> Path:
    place = root / "models" / folder
    place.mkdir(parents=True)
    (place / "model.yaml").write_text(card)
    (place / "__init__.py").write_text("")
    (place / "model.py").write_text("class Answer:\n    value = 42\n")
    return place


def test_shipped_content_is_listed() -> None:
    assert {"attention_mil", "mean_pool"} <= set(registry.entries("model"))
    assert "tissue-lesions" in registry.entries("challenge")


def test_outside_folder_joins_under_the_same_names(outside: Path) -> None:
    _model(outside, "clinic_model", "name: clinic_model\ntitle: Ours\nentry: model:Answer\n")
    assert registry.load("model", "clinic-model").value == 42
    module = importlib.import_module("workbench.content.models.clinic_model.model")
    assert Path(str(module.__file__)).is_relative_to(outside)


def test_duplicate_name_names_both_files(outside: Path) -> None:
    place = _model(outside, "mine", "name: mean_pool\n")
    with pytest.raises(UsageError) as caught:
        registry.entries("model")
    text = caught.value.render()
    assert str(place / "model.yaml") in text
    assert str(Path("models/mean_pool/model.yaml")) in text


def test_unreadable_card_is_named(outside: Path) -> None:
    place = _model(outside, "broken", "name: [unclosed\n")
    with pytest.raises(UsageError, match="unreadable-card") as caught:
        registry.entries("model")
    assert str(place / "model.yaml") in caught.value.render()


def test_unknown_name_suggests() -> None:
    with pytest.raises(UsageError, match="did you mean 'attention_mil'"):
        registry.get("model", "atention_mil")


def test_entry_that_does_not_exist_is_named(outside: Path) -> None:
    _model(outside, "empty", "name: empty\nentry: model:Nothing\n")
    with pytest.raises(UsageError, match="has no 'Nothing'"):
        registry.load("model", "empty")


def test_missing_package_says_what_to_install(outside: Path) -> None:
    place = _model(outside, "needy", "name: needy\nentry: model:Answer\nextras: [wsi]\n")
    (place / "model.py").write_text("import no_such_package_here\n")
    with pytest.raises(UsageError, match="no_such_package_here") as caught:
        registry.load("model", "needy")
    assert "clinical-ai-workbench[wsi]" in caught.value.remedy


def test_path_variable_adds_roots_and_absent_ones_are_reported(tmp_path: Path) -> None:
    code = "from workbench import registry; registry.entries('model')"
    environment = {**os.environ, "WORKBENCH_PATH": str(tmp_path / "absent")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert "missing-root" in done.stderr
