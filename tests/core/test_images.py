"""Every kind of file becomes RGB, or the right reason."""

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from humancentric.core.images import ImageError, decode, encode_jpeg, picture

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def reason_of(data, **limits) -> str:
    with pytest.raises(ImageError) as error:
        decode(data, **limits)
    assert "\n" not in error.value.detail
    assert "at 0x" not in error.value.detail  # an address would make rejects differ from run to run
    return error.value.reason


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "YCbCr", "HSV", "LAB", "I;16", "F"]
)
def test_every_mode_becomes_rgb_of_the_same_size(mode):
    kind = "PNG" if mode in ("RGB", "RGBA", "L", "LA", "P", "1", "I;16") else "TIFF"
    kind, mode = ("JPEG", "CMYK") if mode == "CMYK" else (kind, mode if mode != "HSV" else "RGB")
    rgb = decode(encoded(Image.new(mode, (7, 5)), kind))
    assert rgb.shape == (5, 7, 3)
    assert rgb.dtype == np.uint8


def test_grey_and_sixteen_bits_keep_their_brightness():
    assert (decode(encoded(Image.new("L", (3, 2), 77))) == 77).all()
    sixteen = Image.fromarray(np.full((2, 3), 77 * 257, np.uint16))
    assert (decode(encoded(sixteen)) == 77).all()


def test_cmyk_jpeg_keeps_its_colours():
    cmyk = Image.new("RGB", (16, 16), RED).convert("CMYK")
    assert np.abs(decode(encoded(cmyk, "JPEG", quality=100)).astype(int) - RED).max() <= 3


def test_transparency_lies_on_white():
    rgba = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    rgba.putpixel((1, 0), (*RED, 255))
    assert decode(encoded(rgba)).tolist() == [[list(WHITE), list(RED)]]
    half = Image.new("RGBA", (1, 1), (0, 0, 0, 128))
    assert abs(int(decode(encoded(half))[0, 0, 0]) - 127) <= 1


def test_palette_with_transparent_entry_lies_on_white():
    palette = Image.new("P", (2, 1))
    palette.putpalette([*BLUE, *RED])
    palette.putpixel((1, 0), 1)
    assert decode(encoded(palette, transparency=0)).tolist() == [[list(WHITE), list(RED)]]
    assert decode(encoded(palette)).tolist() == [[list(BLUE), list(RED)]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_the_picture_upright(orientation):
    upright = Image.new("RGB", (24, 16), WHITE)
    upright.paste(RED, (0, 0, 8, 8))  # the mark belongs into the upper left corner
    upright.paste(BLUE, (16, 0, 24, 8))
    turn = Image.Transpose
    stored = {2: turn.FLIP_LEFT_RIGHT, 3: turn.ROTATE_180, 4: turn.FLIP_TOP_BOTTOM, 5: turn.TRANSPOSE}
    stored |= {6: turn.ROTATE_90, 7: turn.TRANSVERSE, 8: turn.ROTATE_270}
    picture = upright.transpose(stored[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert (decode(encoded(picture, exif=exif)) == np.asarray(upright)).all()


def test_damaged_exif_does_not_cost_the_picture():
    data = encoded(Image.new("RGB", (8, 8), RED), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert decode(data).shape == (8, 8, 3)


def test_only_the_first_frame_of_an_animation_counts():
    frames = [Image.new("RGB", (4, 4), RED), Image.new("RGB", (4, 4), BLUE)]
    assert (decode(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))[0, 0] == RED).all()


def test_reasons_of_unusable_files():
    assert reason_of(None) == "missing"
    for data in (b"", b"GIF89a", b"<html>404</html>", b"\xff\xd8\xff\xe0", b"%PDF-1.4"):
        assert reason_of(data) == "unreadable"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_unreadable(kind, share):
    data = encoded(Image.fromarray(noise(120, 80)), kind)
    assert reason_of(data[: int(len(data) * share)]) == "unreadable"


def test_limits_of_size():
    data = encoded(Image.new("RGB", (100, 40)))
    assert decode(data, min_side=40, max_pixels=4000).shape == (40, 100, 3)
    assert reason_of(data, min_side=41) == "too-small"
    assert reason_of(data, max_pixels=3999) == "too-large"


@pytest.mark.parametrize("side", [20_000, 2**31 - 1])
def test_a_bomb_is_refused_by_its_header(side):
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    assert reason_of(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"")) == "too-large"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_stored_pictures_are_jpeg_png_or_webp(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(Image.new("RGB", (6, 4), RED), kind, **({"exif": exif} if kind == "JPEG" else {}))
    stored = picture(data)
    assert (stored.data == data) == (kind in ("JPEG", "PNG", "WEBP"))
    assert (stored.width, stored.height) == ((4, 6) if kind == "JPEG" else (6, 4))
    assert (decode(stored.data) == decode(data)).all()
    with pytest.raises(ImageError):
        picture(data[:20])


def test_one_pixel():
    assert decode(encoded(Image.new("RGB", (1, 1), RED))).tolist() == [[list(RED)]]
    assert decode(encode_jpeg(np.zeros((1, 1, 3), np.uint8))).shape == (1, 1, 3)


def test_jpeg_is_repeatable_and_close():
    rgb = np.kron(noise(6, 4), np.ones((16, 16, 1), np.uint8))
    data = encode_jpeg(rgb)
    assert data == encode_jpeg(rgb.copy())
    assert np.abs(decode(data).astype(int) - rgb).mean() < 2


def chunk(name: bytes, content: bytes) -> bytes:
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(width: int, depth: int, colours: int, row: bytes, *further: bytes) -> bytes:
    """Return one row of pixels as PNG; `further` chunks stand before it."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, 1, depth, colours, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" + row))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(further) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("depth", "row", "transparent", "expected"),
    [
        (1, b"\x60", 1, [0, 255, 255, 0]),  # 0 1 1 0
        (2, b"\x1b", 2, [0, 85, 255, 255]),  # 0 1 2 3
        (4, b"\x12\x34", 3, [17, 34, 255, 68]),
        (8, b"\1\2\3\4", 3, [1, 2, 255, 4]),
        (16, struct.pack(">4H", 0x0100, 0x0200, 0x0300, 0x0301), 0x0300, [1, 2, 255, 3]),
    ],
)
def test_the_transparent_grey_of_a_png_becomes_white_at_every_depth(depth, row, transparent, expected):
    data = png(4, depth, 0, row, chunk(b"tRNS", struct.pack(">H", transparent)))
    assert decode(data)[0, :, 0].tolist() == expected


def test_the_transparent_colour_of_sixteen_bits_becomes_white_and_black_stays():
    row = struct.pack(">6H", 0x0100, 0x0200, 0x0300, 0, 0, 0)
    data = png(2, 16, 2, row, chunk(b"tRNS", struct.pack(">3H", 0x0100, 0x0200, 0x0300)))
    assert decode(data)[0].tolist() == [[255, 255, 255], [0, 0, 0]]


@pytest.mark.parametrize("size", [3 * 2**20, 15 * 2**20])
def test_a_large_profile_or_text_does_not_cost_the_picture(size):
    zeros = zlib.compress(bytes(size))
    profile = chunk(b"iCCP", b"printer\0\0" + zeros)
    text = chunk(b"zTXt", b"Comment\0\0" + zeros)
    international = chunk(b"iTXt", b"Comment\0\1\0\0\0" + zeros)
    assert decode(png(1, 8, 2, bytes(RED), profile, text, international)).tolist() == [[list(RED)]]


def test_a_text_that_unpacks_without_end_is_refused():
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(17 * 2**20)))
    assert reason_of(png(1, 8, 2, bytes(RED), bomb)) == "unreadable"


def test_no_side_is_longer_than_a_jpeg_allows():
    assert decode(encoded(Image.new("L", (65_500, 1)))).shape == (1, 65_500, 3)
    assert len(encode_jpeg(np.zeros((1, 65_500, 3), np.uint8))) > 0  # the masked view of it
    for size in ((65_501, 1), (1, 65_501)):
        assert reason_of(encoded(Image.new("L", size))) == "too-large"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_gives_a_picture_or_a_reason(data):
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "BMP"]))
    damaged = bytearray(encoded(Image.fromarray(noise(16, 16)), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ImageError):
        assert decode(bytes(damaged)).ndim == 3
