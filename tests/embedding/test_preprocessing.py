import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from humancentric.core.errors import UserError
from humancentric.embedding import preprocessing
from humancentric.embedding.preprocessing import Preprocessing, choose, scaled_side

LIBRARY = str(Path(preprocessing.__file__).parents[2])
OUTPUT = {"env": os.environ | {"PYTHONPATH": LIBRARY}, "capture_output": True, "text": True}
OWN = Preprocessing(8, (8, 8))
PEAK = """
import resource, sys
import numpy as np
from humancentric.embedding.preprocessing import Preprocessing

chosen, image = Preprocessing(224, (224, 224)), np.zeros(tuple(map(int, sys.argv[1:])), np.uint8)
chosen(np.zeros((300, 300, 3), np.uint8))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
chosen(image)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def ramp(height, width):
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows * 255 // height, columns * 255 // width, (rows + columns) % 256], 2).astype(
        np.uint8
    )


def test_centre_crop_keeps_the_middle_of_a_poster():
    image = np.zeros((30, 20, 3), np.uint8)
    image[5:25] = 200  # the middle 20 rows; the top and bottom sixth fall away
    assert (Preprocessing(20, (20, 20))(image) == 200).all()


def test_squash_ignores_proportions():
    assert Preprocessing(0, (10, 20))(ramp(50, 50)).shape == (10, 20, 3)


def test_a_picture_of_the_right_size_is_unchanged():
    image = ramp(8, 8)
    assert (OWN(image) == image).all()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 90),
    st.integers(1, 90),
    st.sampled_from([(8, 8), (9, 8), (17, 16)]),
    st.sampled_from(["bicubic", "bilinear"]),
)
def test_agrees_with_sizes_and_offsets_by_hand(height, width, sizes, interpolation):
    """The shorter side to `resize`, the longer one rounded down; offsets of the crop rounded to even."""
    resize, crop = sizes
    image = ramp(height, width)
    shorter = min(height, width)
    size = tuple(resize if side == shorter else resize * side // shorter for side in (width, height))
    resized = np.asarray(Image.fromarray(image).resize(size, Image.Resampling[interpolation.upper()]))
    top, left = (round((side - crop) / 2) for side in resized.shape[:2])
    expected = resized[top : top + crop, left : left + crop]
    assert (Preprocessing(resize, (crop, crop), interpolation)(image) == expected).all()


@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
@pytest.mark.parametrize(
    ("height", "width"), [(2, 700), (700, 2), (3, 999), (500, 11), (40, 4001), (4001, 40), (1, 64)]
)
def test_of_extreme_proportions_only_the_middle_is_resized(height, width, interpolation, monkeypatch):
    # Not black or white, where a bicubic filter overshoots: whether this is cut first in rows or columns may differ.
    image = np.random.default_rng(height).integers(64, 192, (height, width, 3), dtype=np.uint8)
    chosen = Preprocessing(17, (16, 18), interpolation)
    middle = chosen(image)
    monkeypatch.setattr(preprocessing, "LONGEST", 10**9)
    whole = chosen(image)
    assert middle.shape == whole.shape == (16, 18, 3)
    assert np.abs(middle.astype(int) - whole).max() <= 1


def test_a_crop_larger_than_the_resize_is_padded_at_extreme_proportions_too(monkeypatch):
    image, chosen = ramp(4, 900), Preprocessing(8, (12, 12))
    middle = chosen(image)
    assert (middle[:2] == 0).all()
    monkeypatch.setattr(preprocessing, "LONGEST", 10**9)
    assert np.abs(middle.astype(int) - chosen(image)).max() <= 1


@pytest.mark.parametrize("shape", [(2, 16_000, 3), (16_000, 2, 3), (1, 65_500, 3)])
def test_extreme_proportions_need_little_memory(shape):
    """Resized as a whole, 2 by 16,000 pixels are 224 by 1,792,000: 1.2 GB before any copy."""
    result = subprocess.run([sys.executable, "-c", PEAK, *map(str, shape)], **OUTPUT)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) < 50_000  # kB


def test_profiles_change_sizes_and_keep_the_model_s_colours():
    own = Preprocessing(8, (8, 8), mean=(0.5, 0.5, 0.5))
    lab, canonical = (choose({"preprocessing": name}, own, "x") for name in ("lab", "canonical"))
    assert (lab.resize, lab.crop, lab.interpolation, lab.mean) == (256, (256, 256), "bicubic", own.mean)
    assert (canonical.resize, canonical.crop, canonical.interpolation) == (256, (224, 224), "bilinear")
    assert choose({}, OWN, "encoders.x") is OWN
    with pytest.raises(UserError, match=r"encoders\.x\.preprocessing is 'labs'; did you mean 'lab'\?"):
        choose({"preprocessing": "labs"}, OWN, "encoders.x")


def test_another_input_than_stated_is_refused():
    assert choose({"input": 8}, OWN, "x") is OWN
    with pytest.raises(UserError, match=r"^x\.input is 9, the model with this preprocessing sees 8x8 pixels"):
        choose({"input": 9}, OWN, "x")


def test_scaled_decoding_keeps_twice_the_shorter_side():
    assert scaled_side({}, OWN) is None
    assert scaled_side({"decoding": "scaled"}, OWN) == 16
    assert scaled_side({"decoding": "scaled"}, Preprocessing(0, (8, 9))) == 18


def test_unknown_filter_is_refused():
    with pytest.raises(UserError, match="interpolation is 'nearest'; valid: bicubic, bilinear"):
        Preprocessing(8, (8, 8), "nearest")


def test_the_description_names_sizes_filter_and_mean():
    assert str(OWN).startswith("shorter side to 8 (bicubic), centre crop 8x8, mean [0.485, 0.456, 0.406]")
    assert str(Preprocessing(0, (8, 9))).startswith("resize to 8x9 (bicubic), mean")
