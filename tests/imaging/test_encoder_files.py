"""An encoder from a file: known by its digest, weights only, refused by name if it does not fit."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from workbench import digests
from workbench.errors import DataError, UsageError
from workbench.imaging.encoder import Encoder, SmallCnn, encode
from workbench.imaging.encoder_files import IMAGENET_MEAN, load_encoder, save_encoder

TILES = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)


@pytest.fixture
def own(tmp_path: Path) -> tuple[Path, str, Encoder]:
    torch.manual_seed(0)
    encoder = Encoder("small-cnn", SmallCnn(24, 16), 24)
    return tmp_path / "own.pt", save_encoder(encoder, tmp_path / "own.pt"), encoder


def test_own_encoder_comes_back_the_same(own: tuple[Path, str, Encoder]) -> None:
    path, sha256, encoder = own
    loaded = load_encoder(path, sha256)
    assert (loaded.dims, loaded.sha256) == (24, sha256 == digests.of_file(path) and sha256)
    assert np.array_equal(encode(loaded, TILES), encode(encoder, TILES))


def test_saving_twice_gives_the_same_bytes(own: tuple[Path, str, Encoder], tmp_path: Path) -> None:
    path, sha256, encoder = own
    assert save_encoder(encoder, tmp_path / "other_name.pt") == sha256
    assert (tmp_path / "other_name.pt").read_bytes() == path.read_bytes()


def test_another_digest_is_refused_before_the_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "evil.pt"
    path.write_bytes(pickle.dumps(print))
    with pytest.raises(DataError, match="sha256"):
        load_encoder(path, "0" * 64)
    with pytest.raises(DataError, match="no such encoder file"):
        load_encoder(tmp_path / "absent.pt", "0" * 64)


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "module.pt"
    torch.save(SmallCnn(8, 8), path)
    with pytest.raises(DataError, match="more than weights"):
        load_encoder(path, digests.of_file(path))


def test_no_archive_and_torch_export_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_text("weights")
    with pytest.raises(DataError, match="no torch archive"):
        load_encoder(tmp_path / "a.pt", digests.of_file(tmp_path / "a.pt"))
    program = torch.export.export(torch.nn.Linear(2, 2), (torch.zeros(1, 2),))
    torch.export.save(program, tmp_path / "b.pt2")
    with pytest.raises(DataError, match=r"torch\.export"):
        load_encoder(tmp_path / "b.pt2", digests.of_file(tmp_path / "b.pt2"))


def test_torchscript(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 12, 3), torch.nn.ReLU()).eval()
    path = tmp_path / "traced.pt"
    torch.jit.trace(module, torch.zeros(1, 3, 64, 64)).save(str(path))
    loaded = load_encoder(path, digests.of_file(path))
    assert (loaded.name, loaded.dims, loaded.mean) == ("traced", 12, IMAGENET_MEAN)
    plain = Encoder("plain", module, 12, loaded.mean, loaded.std)
    assert np.allclose(encode(loaded, TILES), encode(plain, TILES), atol=1e-6)


def test_a_named_monai_network(tmp_path: Path) -> None:
    from monai.networks.nets import resnet10

    options = {"spatial_dims": 2, "n_input_channels": 3, "feed_forward": False}
    torch.manual_seed(0)
    path = tmp_path / "resnet.pt"
    torch.save(resnet10(**options).state_dict(), path)
    sha256 = digests.of_file(path)
    loaded = load_encoder(path, sha256, network="monai.networks.nets.resnet10", options=options)
    assert (loaded.name, loaded.dims) == ("resnet10", 512)
    assert encode(loaded, TILES).shape == (3, 512)
    with pytest.raises(DataError, match="do not fit"):
        load_encoder(path, sha256, network="monai.networks.nets.resnet18", options=options)
    with pytest.raises(UsageError, match="cannot be built"):
        load_encoder(path, sha256, network="monai.networks.nets.resnet10", options={"size": 3})
    with pytest.raises(DataError, match="own encoder"):
        load_encoder(path, sha256)


@pytest.mark.parametrize("network", ["os.system", "monai.bundle.run", "torch.hub.load"])
def test_only_networks_are_allowed(own: tuple[Path, str, Encoder], network: str) -> None:
    with pytest.raises(UsageError):
        load_encoder(own[0], own[1], network=network)


def test_a_network_that_gives_no_vector_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "flat.pt"
    torch.jit.trace(torch.nn.Flatten(0), torch.zeros(1, 3, 8, 8)).save(str(path))
    with pytest.raises(DataError, match=r"expected finite \(1, d\)"):
        load_encoder(path, digests.of_file(path))
