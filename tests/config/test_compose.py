"""A configuration is composed as typed, or refused with everything that is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from omegaconf import DictConfig
from omegaconf.errors import ReadonlyConfigError

from workbench.config import compose, digest, with_model
from workbench.errors import UsageError

FALLS = ["use_case=falls", "model=stump", "challenge=falls_challenge", "baselines=[plain]"]
AddRoot = Callable[[Path, dict[str, str]], None]
pytestmark = pytest.mark.usefixtures("root")


def refusal(*overrides: str) -> str:
    """Return the message composing is refused with."""
    with pytest.raises(UsageError) as caught:
        compose([*FALLS, *overrides])
    return caught.value.render()


def falls(*overrides: str) -> DictConfig:
    """Return a configuration of the test content."""
    return compose([*FALLS, *overrides])


def test_an_override_changes_one_setting_and_the_rest_keeps_its_default() -> None:
    config = falls("trainer.max_epochs=3")
    assert config.trainer.max_epochs == 3
    assert config.trainer.patience == 15


def test_params_are_completed_from_the_dataclass_of_the_content() -> None:
    config = falls("use_case.params.window.days=7")
    assert config.use_case.params == {"window_days": 30, "window": {"days": 7}, "site": "north"}


def test_the_result_is_resolved_and_read_only() -> None:
    config = falls("paths.runs=elsewhere")
    assert config.tracking.uri == "sqlite:///elsewhere/mlflow.db"
    with pytest.raises(ReadonlyConfigError):
        config.seed = 3


def test_an_experiment_overrides_groups_and_values_and_the_command_line_overrides_it() -> None:
    config = compose(["experiment=deep/falls", "trainer.max_epochs=9"])
    assert (config.use_case.name, config.model.params.depth) == ("falls", 3)
    assert (config.trainer.max_epochs, config.trainer.patience) == (9, 15)


def test_debug_overrides_the_experiment() -> None:
    assert compose(["experiment=deep/falls", "debug=quick"]).trainer.max_epochs == 2


def test_a_model_is_no_baseline_of_itself() -> None:
    assert falls("baselines=[plain,stump]").baselines == ["plain"]


def test_a_baseline_keeps_everything_but_the_model() -> None:
    config = falls("seed=4", "model.params.depth=8")
    other = with_model(config, "plain")
    assert (other.model.name, other.seed, other.use_case) == ("plain", 4, config.use_case)
    assert config.model.name == "stump"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["sed=3"], ["no setting 'sed'", "did you mean 'seed'?"]),
        (["trainer.epochs=3"], ["did you mean 'trainer.max_epochs'"]),
        (["modle=stump"], ["did you mean 'model'"]),
        (["model=stmp"], ["no option 'stmp' for group 'model'", "did you mean 'stump'?"]),
        (["experiment=falls"], ["did you mean 'deep/falls'?"]),
        (["launcher=jolib"], ["did you mean 'joblib'?"]),
        (["model=null"], ["a run needs a model", "stump"]),
        (["trainer.max_epochs=abc"], ["trainer.max_epochs: 'abc' is not a whole number"]),
        (["trainer.max_epochs=1.5"], ["'1.5' is not a whole number"]),
        (["trainer.compile=perhaps"], ["'perhaps' is not true or false"]),
        (["trainer=3"], ["no option '3' for group 'trainer'"]),
        (["trainer={max_epoch:3}"], ["max_epoch"]),
        (["+seed=3"], ["'+' would add a new key"]),
        (["+trainer.epoch=4"], ["no setting 'trainer.epoch'"]),
        (["+typo=1"], ["no setting 'typo'"]),
        (["+experiment=deep/falls"], ["Write experiment=deep/falls"]),
        (["~trainer"], ["removes a setting"]),
        (["trainer"], ["a setting is key=value"]),
        (["stump"], ["a setting is key=value", "Write model=stump"]),
        (["x=[1,"], ["x=[1,"]),
        (["seed=1,2"], ["several values for one run", "--multirun"]),
        (["seed=-1"], ["seed: -1 is not allowed; expected at least 0"]),
        (["trainer.learning_rate=nan"], ["expected more than 0"]),
        (["trainer.learning_rate=inf"], ["expected a finite number"]),
        (["trainer.device=cuda:x"], ["'cuda:x' is not allowed"]),
        (["trainer.device=cudaa"], ["did you mean 'cuda'?"]),
        (["use_case.name=fals"], ["no use_case named 'fals'", "did you mean 'falls'?"]),
        (["baselines=[stmp]"], ["baselines: no option 'stmp'", "did you mean 'stump'?"]),
        (["paths.runs=${nowhere}"], ["'nowhere' not found"]),
        (["hydra.sweep.dirr=x"], ["hydra.sweep.dirr"]),
        (["hydra/launcher=nowhere"], ["hydra/launcher/nowhere", "[launchers]"]),
        (["use_case.params.window_dais=3"], ["did you mean 'window_days'"]),
        (["use_case.params.window_days=abc"], ["use_case.params.window_days: 'abc' is not"]),
        (["use_case.params.window.dys=1"], ["use_case.params.window.dys", "'window.days'"]),
        (["use_case.params.window_days=0"], ["window_days is 0; expected at least 1"]),
        (["model.params={dept:1}"], ["did you mean 'depth'?"]),
        (["model=cox", "baselines=[]"], ["'cox' answers with risk", "asks for probabilities"]),
        (["baselines=[cox]"], ["baselines: model 'cox' answers with risk"]),
        (["challenge=tissue_lesions"], ["asks about 'pathology-slides', not about 'falls'"]),
        (["model=plain", "model.params.depth=1"], ["model 'plain' has no settings"]),
    ],
)
def test_a_mistake_is_refused_with_words_that_help(typed: list[str], words: list[str]) -> None:
    message = refusal(*typed)
    for word in words:
        assert word in message
    assert "use +" not in message and "full_key" not in message


def test_all_mistakes_of_a_command_are_told_at_once() -> None:
    message = refusal("sed=3", "model=stmp", "trainer.max_epochs=abc", "~paths")
    assert message.count("\n  - ") == 4


def test_all_missing_values_are_told_at_once() -> None:
    message = refusal("paths.runs=???", "use_case.source=???", "use_case.params.site=???")
    for key in ("paths.runs", "use_case.source", "use_case.params.site"):
        assert f"{key}: a value is needed" in message


def test_a_device_may_carry_a_number() -> None:
    assert falls("trainer.device=cuda:1").trainer.device == "cuda:1"


def test_a_new_key_can_be_forced() -> None:
    assert falls("++note=hello").note == "hello"


def test_an_option_in_two_roots_is_an_error_naming_both_files(
    tmp_path: Path, add_root: AddRoot
) -> None:
    add_root(tmp_path / "second", {"configs/model/stump.yaml": "# Another.\nname: stump\n"})
    message = refusal()
    assert str(tmp_path / "second/configs/model/stump.yaml") in message
    assert str(tmp_path / "hospital with space/configs/model/stump.yaml") in message


def test_a_folder_that_is_no_group_is_told(root: Path, add_root: AddRoot) -> None:
    add_root(root, {"configs/modells/x.yaml": "# x\n"})
    assert "no group 'modells'; did you mean 'model'?" in refusal()


def test_a_broken_option_file_is_told_with_file_and_line(root: Path, add_root: AddRoot) -> None:
    add_root(root, {"configs/trainer/broken.yaml": "# Broken.\nmax_epochs: [1\n"})
    message = refusal("trainer=broken")
    assert "not valid YAML" in message and "broken.yaml" in message and "line" in message


def test_a_wrong_key_inside_an_option_file_is_told(root: Path, add_root: AddRoot) -> None:
    add_root(root, {"configs/trainer/odd.yaml": "# Odd.\nmax_epoch: 3\n"})
    message = refusal("trainer=odd")
    assert "trainer/odd.yaml" in message and "did you mean 'trainer.max_epochs'" in message


def test_the_digest_follows_the_settings_but_not_the_folders() -> None:
    base = digest(falls())
    assert digest(falls("paths.runs=/elsewhere", "tracking=none", "launcher=joblib")) == base
    assert digest(falls("use_case.params.window_days=30")) == base
    assert digest(falls("use_case.params.window_days=31")) != base
    assert digest(falls("seed=1")) != base
