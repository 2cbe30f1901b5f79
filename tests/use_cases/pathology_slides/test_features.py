"""Encoders learnt inside the fold, the user's own encoder, and pictures of attention."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workbench import data, digests
from workbench.errors import DataError, UsageError

from .conftest import use_case

CNN = {"name": "small_cnn", "steps": 4, "tiles_per_slide": 4}


def prepared(folder: Path, cache: Path, **params):
    return use_case(**params).prepare(data.open(folder, "train"), cache)


def test_statistics_are_the_same_in_every_fold(drawn_set: Path, tmp_path: Path) -> None:
    ready = prepared(drawn_set, tmp_path)
    assert ready.encode(ready.cases.ids[:3], seed=0, folder=tmp_path / "fold") is ready.cases
    assert ready.encode_with(tmp_path / "nowhere") is ready.cases


def test_an_encoder_learns_from_the_training_slides_alone(drawn_set: Path, tmp_path: Path) -> None:
    ready = prepared(drawn_set, tmp_path / "cache", encoder=CNN)
    train, others = ready.cases.ids[:4], ready.cases.ids[4:]
    encoded = ready.encode(train, seed=1, folder=tmp_path / "all")
    encoded.check()
    assert encoded.ids == ready.cases.ids and encoded.features[0].startswith("small_cnn")
    for case in others:  # with the other slides out of reach the encoder comes out the same
        ready.usable.pop(case)
    again = ready.encode(train, seed=1, folder=tmp_path / "train-only")
    weights = [digests.of_file(tmp_path / n / "encoder.pt") for n in ("all", "train-only")]
    assert weights[0] == weights[1]
    for case in train:
        assert np.array_equal(again.inputs[case].features, encoded.inputs[case].features)


def test_a_saved_encoder_gives_the_same_features(drawn_set: Path, tmp_path: Path) -> None:
    ready = prepared(drawn_set, tmp_path / "cache", encoder=CNN)
    first = ready.encode(ready.cases.ids, seed=2, folder=tmp_path / "fit")
    ready.save_encoder(tmp_path / "fit", tmp_path / "model" / "encoder")
    fresh = prepared(drawn_set, tmp_path / "other-cache", encoder=CNN)
    loaded = fresh.encode_with(tmp_path / "model" / "encoder")
    assert loaded.features == first.features
    for case in first.ids:
        assert np.array_equal(loaded.inputs[case].features, first.inputs[case].features)
    with pytest.raises(DataError, match="encoder is missing"):
        fresh.encode_with(tmp_path / "nowhere")


def test_the_users_own_encoder_is_checked_by_its_digest(drawn_set: Path, tmp_path: Path) -> None:
    from workbench.imaging.encoder import Encoder, SmallCnn
    from workbench.imaging.encoder_files import save_encoder

    path = tmp_path / "mine.pt"
    sha256 = save_encoder(Encoder("mine", SmallCnn(dims=16), 16), path)
    own = {"name": "file", "path": str(path), "sha256": sha256}
    ready = prepared(drawn_set, tmp_path / "cache", encoder=own)
    assert len(ready.encode([], seed=0, folder=tmp_path / "fold").features) == 16
    wrong = {**own, "sha256": "0" * 64}
    with pytest.raises(DataError, match="sha256"):
        prepared(drawn_set, tmp_path / "cache", encoder=wrong).encode([], 0, tmp_path)
    with pytest.raises(UsageError, match="path and its sha256"):
        use_case(encoder={"name": "file"})


def test_attention_is_drawn_over_the_slide(drawn_set: Path, tmp_path: Path) -> None:
    ready = prepared(drawn_set, tmp_path)
    case = ready.cases.ids[0]
    pictures = ready.heatmap(case, np.linspace(0, 1, len(ready.cases.inputs[case])))
    assert set(pictures) == {"slide", "attention"}
    for png in pictures.values():
        picture = np.asarray(Image.open(io.BytesIO(png)))
        assert picture.shape[2] == 3 and picture.std() > 5
