import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from humancentric.core.errors import UserError
from humancentric.embedding.preprocessing import Preprocessing, choose, scaled_side

OWN = Preprocessing(8, (8, 8))


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
