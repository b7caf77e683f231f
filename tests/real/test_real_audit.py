"""The audit's reading on real posters, where Tesseract is installed: known at its ends, a detector in between."""

import os
from pathlib import Path

import numpy as np
import pytest

from humancentric.core.download_cache import DownloadCache
from humancentric.core.images import decode, encode_jpeg
from humancentric.core.schemas import IMAGES
from humancentric.masking import detectors
from humancentric.masking.audit import ocr, summary
from humancentric.masking.audit.ocr import read_all
from humancentric.masking.audit.summary import survival
from humancentric.masking.image_masking import mask_image
from project import load_config

POSTERS = 4


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    """Return what is read on some posters: as they are, twice, masked by the embedded detector, and all black."""
    config = load_config()
    engine = ocr.load(config["audit"]["engine"])
    if isinstance(engine, ocr.Missing):
        pytest.skip(engine.sentence)
    folder = Path(os.environ["HUMANCENTRIC_REAL_DATA"]) / "movies" / "posters"
    paths = sorted(folder.glob("*.jpg"))
    row = config["detectors"]["db"]
    detector = detectors.load(row)
    pictures = {path.stem: decode(path.read_bytes()) for path in paths[:: len(paths) // POSTERS][:POSTERS]}
    masked = {name: mask_image(rgb, detector, row).rgb for name, rgb in pictures.items()}
    black = {name: np.zeros_like(rgb) for name, rgb in pictures.items()}
    side = config["audit"]["reading"]["short_side"]
    told = (
        ("before", pictures, side),
        ("again", pictures, side * 5 // 4),
        ("masked", masked, side),
        ("black", black, side),
    )
    return {
        name: read_all(table(shown), engine, size, 1, DownloadCache(tmp_path_factory.mktemp(name)))
        for name, shown, size in told
    }


def table(pictures):
    return IMAGES.rows(
        [
            {"id": name, "image": encode_jpeg(rgb), "width": rgb.shape[1], "height": rgb.shape[0]}
            for name, rgb in pictures.items()
        ]
    )


def masked_share(readings, after):
    rules = {"confidence": 0.6, "shortest": 2, "least": 0.5}
    rows = survival(readings["before"], readings["again"], readings[after], **rules)
    readable, surviving = (rows[name].to_numpy() for name in ("readable", "surviving"))
    return summary.share(readable - surviving, readable)


def test_posters_have_text_that_is_read_twice(readings):
    assert masked_share(readings, "before").things >= 20


def test_untouched_pictures_keep_everything_and_black_ones_nothing(readings):
    assert masked_share(readings, "before").value == 0
    assert masked_share(readings, "black").value == 1


def test_the_embedded_detector_takes_most_of_it(readings):
    assert masked_share(readings, "masked").value > 0.5
