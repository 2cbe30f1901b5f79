"""The encoder: deterministic training without labels, encoding that does not depend on batches."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from workbench.errors import DataError, UsageError
from workbench.imaging.encoder import Encoder, Meter, SmallCnn, encode
from workbench.imaging.encoder_training import EncoderSettings, contrastive_loss, train_encoder

QUICK = EncoderSettings(dims=16, width=8, steps=3, batch=16, crop_px=32)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def two_kinds(n: int, side: int = 64) -> np.ndarray:
    """Tiles with fine dots and tiles with coarse dots, alternating, each in its own place."""
    rng = np.random.default_rng(0)
    tiles = np.full((n, side, side, 3), (225, 160, 190), np.uint8)
    yy, xx = np.mgrid[:side, :side]
    for k, tile in enumerate(tiles):
        radius, number = ((2.5, 30), (8.0, 3))[k % 2]
        for y, x in rng.uniform(0, side, (number, 2)):
            tile[(yy - y) ** 2 + (xx - x) ** 2 <= radius**2] = (90, 60, 130)
    return tiles


def weights(encoder: Encoder) -> dict[str, torch.Tensor]:
    return encoder.module.state_dict()


def test_same_seed_same_weights_to_the_byte() -> None:
    tiles = two_kinds(24)
    one, two, other = (train_encoder(tiles, QUICK, seed=seed) for seed in (5, 5, 6))
    assert all(torch.equal(value, weights(two)[name]) for name, value in weights(one).items())
    assert not torch.equal(weights(one)["out.weight"], weights(other)["out.weight"])


def test_training_leaves_the_global_random_state_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    train_encoder(two_kinds(8), QUICK, seed=9)
    assert torch.equal(torch.rand(3), expected)


def accuracy(features: np.ndarray) -> float:
    """Of a linear classifier fitted on the first half of alternating kinds, on the second half."""
    kinds, half = np.arange(len(features)) % 2, len(features) // 2
    scaled = (features - features[:half].mean(0)) / (features[:half].std(0) + 1e-6)
    model = LogisticRegression(C=0.1).fit(scaled[:half], kinds[:half])
    return float(model.score(scaled[half:], kinds[half:]))


def test_training_learns_and_separates_kinds_without_labels() -> None:
    losses: list[float] = []
    settings = EncoderSettings(dims=32, steps=80, batch=32, crop_px=48, learning_rate=2e-3)
    tiles = two_kinds(120)
    encoder = train_encoder(
        tiles, settings, seed=0, log=lambda values, _: losses.append(values["encoder_loss"])
    )
    blank = train_encoder(tiles, replace(settings, steps=0), seed=0)
    assert len(losses) == 10
    assert losses[-1] < losses[0]
    assert accuracy(encode(encoder, tiles)) >= 0.95
    assert accuracy(encode(blank, tiles)) < 0.85


def test_encoding_does_not_depend_on_the_batch() -> None:
    encoder = train_encoder(two_kinds(16), QUICK)
    tiles = two_kinds(11)
    whole = encode(encoder, tiles)
    assert whole.dtype == np.float32
    assert whole.shape == (11, 16)
    assert np.allclose(whole, encode(encoder, tiles, batch=3), atol=1e-6)
    assert np.allclose(whole[4:5], encode(encoder, tiles[4:5]), atol=1e-6)
    assert encode(encoder, tiles[:0]).shape == (0, 16)


@pytest.mark.parametrize("side", [17, 64, 100, 256])
def test_any_tile_size(side: int) -> None:
    encoder = Encoder("e", SmallCnn(8, 8), 8)
    assert encode(encoder, np.zeros((2, side, side, 3), np.uint8)).shape == (2, 8)


def test_the_meter_counts() -> None:
    meter = Meter()
    encoder = Encoder("e", SmallCnn(8, 8), 8)
    for _ in range(2):
        encode(encoder, np.zeros((5, 32, 32, 3), np.uint8), meter=meter)
    assert (meter.tiles, meter.device, meter.peak_gpu_bytes) == (10, "cpu", 0)
    assert meter.tiles_per_second > 0


def test_wrong_input_is_named() -> None:
    encoder = Encoder("e", SmallCnn(8, 8), 8)
    with pytest.raises(UsageError, match="uint8"):
        encode(encoder, np.zeros((2, 32, 32, 3), np.float32))  # type: ignore[arg-type]
    with pytest.raises(DataError, match="at least 2"):
        train_encoder(two_kinds(1), QUICK)


def test_contrastive_loss_by_hand() -> None:
    """Two tiles, orthogonal features, views alike: -log(e^(1/t) / (e^(1/t) + 2)) each."""
    projected = torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 0.0], [0.0, 3.0]])
    expected = -np.log(np.exp(2.0) / (np.exp(2.0) + 2))
    assert contrastive_loss(projected, 0.5).item() == pytest.approx(expected, rel=1e-6)


@pytest.mark.gpu
def test_training_and_encoding_on_a_gpu() -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    tiles, meter = two_kinds(64), Meter()
    encoder = train_encoder(tiles, QUICK, device="cuda")
    on_gpu = encode(encoder, tiles, device="cuda", amp=False)
    half = encode(encoder, tiles, device="cuda", meter=meter)
    on_cpu = encode(encoder, tiles, device="cpu")
    assert np.allclose(on_gpu, on_cpu, atol=1e-2)
    assert np.allclose(half, on_cpu, atol=0.1)
    assert meter.peak_gpu_bytes > 0
