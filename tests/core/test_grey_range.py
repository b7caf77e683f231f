"""Grey values of more than 8 bits keep the brightness that their file means."""

import struct

import numpy as np
import pytest

from humancentric.core.images import ImageError, decode, picture

FIELD = {"H": 3, "L": 4, "f": 11}  # format of struct: type of TIFF


def tiff(pixels: np.ndarray, order: str = "<", **tags: tuple[int, str, list]) -> bytes:
    """Return (height, width) or (height, width, 3) as a TIFF of their type; `tags` are number, format and values."""
    height, width = pixels.shape[:2]
    data = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    samples, kind = pixels.shape[2] if pixels.ndim == 3 else 1, {"u": 1, "i": 2, "f": 3}[pixels.dtype.kind]
    fields = {256: ("L", [width]), 257: ("L", [height]), 258: ("H", [pixels.itemsize * 8] * samples)}
    fields |= {
        259: ("H", [1]),
        262: ("H", [1 if samples == 1 else 2]),
        273: ("L", [8]),
        277: ("H", [samples]),
    }
    fields |= {278: ("L", [height]), 279: ("L", [len(data)]), 339: ("H", [kind] * samples)}
    fields |= {number: (form, values) for number, form, values in tags.values()}
    entries, far = b"", data + b"\0" * (len(data) % 2)
    for number, (form, values) in sorted(fields.items()):
        content = struct.pack(f"{order}{len(values)}{form}", *values)
        if len(content) > 4:
            content, far = struct.pack(order + "L", 8 + len(far)), far + content
        entries += struct.pack(order + "HHL", number, FIELD[form], len(values)) + content.ljust(4, b"\0")
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", 8 + len(far))
    return start + far + struct.pack(order + "H", len(fields)) + entries + bytes(4)


def read(values: list, dtype: str, order: str = "<", **tags) -> list[int]:
    rgb = decode(tiff(np.array([values], dtype), order, **tags))
    assert (rgb == rgb[..., :1]).all()  # grey
    return rgb[0, :, 0].tolist()


@pytest.mark.parametrize(
    ("dtype", "values", "expected"),
    [
        ("u4", [0, 100, 237], [0, 100, 237]),
        ("i4", [0, 100, 237], [0, 100, 237]),
        ("u4", [0, 2048, 4095], [0, 128, 255]),
        ("u4", [0, 0x8000, 0xFFFF], [0, 128, 255]),
        ("u4", [0, 0x800000, 0xFFFFFF], [0, 128, 255]),
        ("u4", [0, 0x80000000, 0xFFFFFFFF], [0, 128, 255]),
        ("i4", [-5, 0x40000000, 0x7FFFFFFF], [0, 128, 255]),
        ("u2", [0, 2048, 4095], [0, 128, 255]),  # 12 bits in 16
        ("u2", [0, 100, 237], [0, 100, 237]),
        ("u2", [0, 77 * 257, 0xFFFF], [0, 77, 255]),
        ("i2", [-100, 0x4000, 0x7FFF], [0, 128, 255]),
        ("i2", [-100, 100, 237], [0, 100, 237]),
        ("f4", [0, 0.5, 1], [0, 128, 255]),
        ("f4", [-0.02, 0.2, 1.02], [0, 51, 255]),  # overshoot of a resize
        ("f4", [0, 100, 237], [0, 100, 237]),
        ("f4", [0, 0.5 * 65535, 65535], [0, 128, 255]),
        ("f4", [0, 2e8, 4e8], [0, 128, 255]),
        ("f4", [np.nan, np.inf, -np.inf, 1], [0, 255, 0, 255]),
    ],
)
def test_values_without_a_stated_range(dtype, values, expected):
    assert read(values, dtype) == expected


@pytest.mark.parametrize("dtype", ["u2", "i2", "i4", "f4"])
def test_both_orders_of_bytes(dtype):
    assert read([0, 100, 237], dtype, ">") == [0, 100, 237]


@pytest.mark.parametrize("dtype", ["u2", "u4", "i4", "f4"])
def test_a_stated_range_is_followed(dtype):
    form = "f" if dtype == "f4" else "L"
    assert read([0, 1000, 1100, 1200], dtype, low=(340, form, [1000]), high=(341, form, [1200])) == [
        0, 0, 128, 255,
    ]  # fmt: skip
    assert read([0, 500, 1000], dtype, high=(341, form, [1000])) == [0, 128, 255]
    assert read([0, 100, 237], dtype, low=(340, form, [9]), high=(341, form, [9])) == [
        0,
        100,
        237,
    ]  # no range


def test_a_largest_value_states_the_number_of_bits():
    assert read([0, 80, 160], "u2", largest=(281, "H", [4095])) == [0, 5, 10]
    assert read([0, 80, 160], "u2", largest=(281, "H", [3000])) == [
        0,
        5,
        10,
    ]  # the picture's own largest value
    assert read([0, 0x8000], "u2", largest=(281, "H", [255])) == [0, 128]  # contradicted by the values


def test_packed_twelve_bits_are_a_statement():
    packed = tiff(np.array([[0x08, 0x00, 0xFF]], "u1"), width=(256, "L", [2]), bits=(258, "H", [12]))
    assert decode(packed)[0, :, 0].tolist() == [0x08, 0x0F]  # 0x080 and 0x0FF of 0xFFF


@pytest.mark.parametrize("dtype", ["u2", "f4"])
def test_white_is_zero_where_the_file_says_so(dtype):
    assert read([0, 100, 255], dtype, photometric=(262, "H", [0])) == [255, 155, 0]


def test_black_stays_black():
    for dtype in ("u2", "i2", "u4", "f4"):
        assert read([0, 0], dtype) == [0, 0]


def test_the_stored_picture_has_the_decoded_values():
    data = tiff(np.array([[0, 2048, 4095]], "u2"))
    assert (decode(picture(data).data) == decode(data)).all()


def test_colours_of_sixteen_bits():
    assert decode(tiff(np.full((1, 1, 3), 0x8000, "u2"))).tolist() == [[[128] * 3]]
    with pytest.raises(ImageError, match="unreadable: a TIFF whose 16 bits hold 12 or fewer; save it with 8"):
        decode(tiff(np.full((1, 1, 3), 4095, "u2")))


@pytest.mark.parametrize("dtype", ["f8", "u8"])
def test_types_that_cannot_be_read_are_said_to_be_tiff(dtype):
    with pytest.raises(ImageError, match="unreadable: a TIFF of a kind that cannot be read; save it with 8"):
        read([0, 1], dtype)
