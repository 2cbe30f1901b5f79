"""Header fields of image files: TIFF of both byte orders and sizes, PNG, and what is neither."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.challenge.pack import leak_test
from workbench.challenge.pack.headers import header_fields
from workbench.challenge.pack.metadata import file_features

APERIO = b"Aperio Image Library|AppMag = 20|ScanScope ID = SS1234\0"


def tiff(order: str, big: bool, description: bytes = APERIO) -> bytes:
    """A TIFF without an image: width, height, description."""
    entry, pad = (order + "HHQ", 8) if big else (order + "HHL", 4)
    count = struct.pack(order + ("Q" if big else "H"), 3)
    head = b"II" if order == "<" else b"MM"
    head += struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HL", 42, 8)
    start = len(head) + len(count) + 3 * (struct.calcsize(entry) + pad)
    entries = [
        struct.pack(entry, 256, 3, 1) + struct.pack(order + "H", 640).ljust(pad, b"\0"),
        struct.pack(entry, 257, 4, 1) + struct.pack(order + "L", 480).ljust(pad, b"\0"),
        struct.pack(entry, 270, 2, len(description))
        + struct.pack(order + ("Q" if big else "L"), start),
    ]
    return head + count + b"".join(entries) + description


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_tiff_fields(tmp_path: Path, order: str, big: bool) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(order, big))
    found = header_fields(path)
    assert (found["width"], found["height"]) == ("640", "480")
    assert found["description ScanScope ID"] == "SS1234"


def test_png_and_others(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">LL", 30, 20))
    assert header_fields(path) == {"width": "30", "height": "20"}
    path.write_bytes(b"nothing of the kind")
    assert header_fields(path) == {}
    assert header_fields(tmp_path / "absent.tif") == {}


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 200), st.binary(min_size=1, max_size=9), st.booleans())
def test_broken_files_have_fewer_fields_and_no_error(tmp_path_factory, place, piece, big) -> None:
    content = bytearray(tiff("<", big))
    content[place : place + len(piece)] = piece
    path = tmp_path_factory.getbasetemp() / "broken.tif"
    path.write_bytes(content[: max(place, 20)] if place % 3 == 0 else content)
    assert isinstance(header_fields(path), dict)


def test_a_scanner_that_goes_with_the_class_is_found(tmp_path: Path) -> None:
    labels = [("no", "yes")[i * 7 % 5 < 2] for i in range(80)]
    keys = [f"k{i:03d}" for i in range(80)]
    for key, label in zip(keys, labels, strict=True):
        scanner = b"SS1111" if label == "yes" else b"SS2222"
        (tmp_path / f"{key}.svs").write_bytes(tiff("<", False, APERIO.replace(b"SS1234", scanner)))
    features = file_features(tmp_path, keys)
    features.pop("file time", None)
    assert list(features) == ["header description ScanScope ID"]
    assert leak_test(features, labels, keys).found


def test_a_real_slide(shared_data: Path) -> None:
    found = header_fields(shared_data / "slides" / "cmu-1-small-region.svs")
    assert int(found["width"]) > 1000
    assert "description AppMag" in found
