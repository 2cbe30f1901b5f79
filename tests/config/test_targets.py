"""Targets are found, allowed and well called before anything is built."""

import pytest
from omegaconf import OmegaConf

from workbench.config.targets import instantiate_target, resolve, target_problems
from workbench.errors import UsageError


@pytest.mark.parametrize(
    "target",
    [
        "os.system",
        "builtins.eval",
        "torch.os.system",
        "torch.nn.modules.linear.math.sqrt",
        "sklearn.os.system",
        "sklearn.utils.joblib.Parallel",
        "sklearn.utils.fixes.os.popen",
        "torch.load",
        "torch.hub.load",
        "torch.package.PackageImporter",
        "torch.jit.load",
        "torch.utils.cpp_extension.subprocess.Popen",
        "monai.bundle.ConfigParser",
        "monai.bundle.run",
        "sklearn.linear_model",
        "sklearn.__builtins__",
        "sklearn..linear_model",
        "subprocess.Popen",
        "workbench.audit.AuditLog",
    ],
)
def test_what_is_not_an_allowed_class_is_refused(target: str) -> None:
    with pytest.raises(UsageError):
        resolve(target)


def test_an_alias_of_a_forbidden_function_is_refused_by_what_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import os
    import subprocess

    import sklearn.linear_model

    monkeypatch.setattr(sklearn.linear_model, "Innocent", os.system, raising=False)
    monkeypatch.setattr(sklearn.linear_model, "Harmless", subprocess.Popen, raising=False)
    for name in ("Innocent", "Harmless"):
        with pytest.raises(UsageError, match="not allowed"):
            resolve(f"sklearn.linear_model.{name}")


def test_a_forbidden_module_is_not_even_imported(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "trap.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UsageError, match="not allowed"):
        resolve("trap.anything")


def test_a_mistyped_target_is_told_with_the_closest_name() -> None:
    with pytest.raises(UsageError, match="did you mean 'LogisticRegression'"):
        resolve("sklearn.linear_model.LogisticRegresion")
    with pytest.raises(UsageError, match="did you mean 'linear_model'"):
        resolve("sklearn.linear_modle.LogisticRegression")


def test_an_allowed_class_is_built_with_its_arguments() -> None:
    node = OmegaConf.create({"_target_": "sklearn.linear_model.LogisticRegression", "C": 0.5})
    assert instantiate_target(node).C == 0.5


def test_all_problems_of_nested_targets_are_found_with_their_path() -> None:
    inner = {"_target_": "os.system", "command": "true"}
    outer = {"_target_": "sklearn.linear_model.LogisticRegression", "CC": 1}
    config = OmegaConf.create({"a": [{"b": inner}], "c": outer})
    assert [problem.where for problem in target_problems(config)] == ["a.0.b._target_", "c.CC"]


def test_nothing_is_built_when_an_inner_target_is_forbidden() -> None:
    inner = {"_target_": "os.system", "command": "touch /tmp/never"}
    node = OmegaConf.create({"_target_": "sklearn.pipeline.Pipeline", "steps": [inner]})
    with pytest.raises(UsageError, match="cannot be built"):
        instantiate_target(node)
