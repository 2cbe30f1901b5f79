"""Writes a minimal, valid DICOM whole-slide image: one level, TILED_FULL, baseline JPEG frames."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imagecodecs

from workbench.imaging.pyramid import Rgb, check_rgb, cut_tiles
from workbench.storage import writing

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

_WSI_STORAGE = "1.2.840.10008.5.1.4.1.1.77.1.6"  # VL Whole Slide Microscopy Image (PS3.4 B.5)
_JPEG_BASELINE = "1.2.840.10008.1.2.4.50"


def write_dicom_slide(
    path: Path | str, rgb: Rgb, mpp: float, *, tile_px: int = 256, quality: int = 85
) -> Path:
    """Write one level-0 DICOM slide that OpenSlide 4 opens with its pixel size.

    Patient and study carry placeholders; the unique ids derive from the pixels, so the same call
    gives the same bytes.

    Args:
        path: File to write.
        rgb: uint8 of shape (height, width, 3).
        mpp: Micrometres a pixel.
        tile_px: Side of a frame.
        quality: JPEG quality, 1 to 100.

    Returns:
        The path written.
    """
    from pydicom.encaps import encapsulate

    check_rgb(rgb)
    frames = [
        imagecodecs.jpeg8_encode(
            tile, level=quality, colorspace="rgb", outcolorspace="ycbcr", subsampling="422"
        )
        for tile in cut_tiles(rgb, tile_px)
    ]
    dataset = _header(rgb, mpp, tile_px, len(frames))
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].is_undefined_length = True
    with writing(path) as aside:
        dataset.save_as(aside, enforce_file_format=True)
    return Path(path)


def _header(rgb: Rgb, mpp: float, tile_px: int, n_frames: int) -> FileDataset:
    """Return the data set without pixels: identity, image size, frame layout, pixel spacing."""
    from pydicom.dataset import Dataset, FileDataset, FileMetaDataset

    uid = _uid(rgb, mpp)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = _WSI_STORAGE
    meta.MediaStorageSOPInstanceUID = f"{uid}.3"
    meta.TransferSyntaxUID = _JPEG_BASELINE
    dataset = FileDataset("", Dataset(), file_meta=meta, preamble=b"\0" * 128)
    height, width = rgb.shape[:2]
    for keyword, value in (_identity(uid) | _layout(height, width, tile_px, n_frames)).items():
        setattr(dataset, keyword, value)
    dataset.ImagedVolumeWidth = width * mpp / 1000
    dataset.ImagedVolumeHeight = height * mpp / 1000
    dataset.ImagedVolumeDepth = 0.001
    dataset.SharedFunctionalGroupsSequence = [_shared_groups(mpp)]
    dataset.OpticalPathSequence = [_optical_path()]
    dataset.TotalPixelMatrixOriginSequence = [
        _item(XOffsetInSlideCoordinateSystem="0", YOffsetInSlideCoordinateSystem="0")
    ]
    dataset.ImageOrientationSlide = [0, -1, 0, -1, 0, 0]
    return dataset


def _identity(uid: str) -> dict[str, Any]:
    """Return who and what: placeholders only, never a person."""
    return {
        "SOPClassUID": _WSI_STORAGE,
        "SOPInstanceUID": f"{uid}.3",
        "StudyInstanceUID": f"{uid}.1",
        "SeriesInstanceUID": f"{uid}.2",
        "FrameOfReferenceUID": f"{uid}.4",
        "PatientName": "",
        "PatientID": "",
        "StudyDate": "",
        "StudyTime": "",
        "AccessionNumber": "",
        "Modality": "SM",
        "SeriesNumber": 1,
        "InstanceNumber": 1,
        "Manufacturer": "clinical-ai-workbench",
        "ContainerIdentifier": "slide",
        "VolumetricProperties": "VOLUME",
        "SpecimenLabelInImage": "NO",
        "BurnedInAnnotation": "NO",
        "FocusMethod": "AUTO",
        "ExtendedDepthOfField": "NO",
        "LossyImageCompression": "01",
        "LossyImageCompressionMethod": "ISO_10918_1",
    }


def _layout(height: int, width: int, tile_px: int, n_frames: int) -> dict[str, Any]:
    """Return the size of the image and of its frames, and how a pixel is stored."""
    return {
        "ImageType": ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"],
        "DimensionOrganizationType": "TILED_FULL",
        "TotalPixelMatrixColumns": width,
        "TotalPixelMatrixRows": height,
        "TotalPixelMatrixFocalPlanes": 1,
        "NumberOfOpticalPaths": 1,
        "NumberOfFrames": n_frames,
        "Rows": tile_px,
        "Columns": tile_px,
        "SamplesPerPixel": 3,
        "PhotometricInterpretation": "YBR_FULL_422",
        "PlanarConfiguration": 0,
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelRepresentation": 0,
    }


def _shared_groups(mpp: float) -> Any:
    """Return the functional groups all frames share; pixel spacing is in millimetres."""
    spacing = f"{mpp / 1000:.10g}"
    measures = _item(PixelSpacing=[spacing, spacing], SliceThickness="0.001")
    frame = _item(FrameType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"])
    path = _item(OpticalPathIdentifier="1")
    return _item(
        PixelMeasuresSequence=[measures],
        WholeSlideMicroscopyImageFrameTypeSequence=[frame],
        OpticalPathIdentificationSequence=[path],
    )


def _optical_path() -> Any:
    """Return bright-field illumination, the only kind written here."""
    bright = _item(
        CodeValue="111744", CodingSchemeDesignator="DCM", CodeMeaning="Brightfield illumination"
    )
    return _item(OpticalPathIdentifier="1", IlluminationTypeCodeSequence=[bright])


def _item(**values: Any) -> Any:
    """Return a data set holding the given elements."""
    from pydicom.dataset import Dataset

    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def _uid(rgb: Rgb, mpp: float) -> str:
    """Return a root for the unique ids, derived from the content (UUID form, PS3.5 B.2)."""
    digest = hashlib.sha256(repr((rgb.shape, mpp)).encode() + rgb.tobytes()).digest()
    return f"2.25.{int.from_bytes(digest[:12], 'big')}"
