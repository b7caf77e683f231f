"""Pictures decoded and resized as on a card, with the same functions on a CPU, beside those of Pillow."""

import io
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
import torch
from PIL import Image
from small_embeddings import samples_table

from humancentric.core import images, tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import IMAGES
from humancentric.embedding import card_decoding, dataset_embedding, embedding_ranges, encoders
from humancentric.embedding.embedding_writer import EmbeddingWriter
from humancentric.embedding.preprocessing import Preprocessing
from project import load_config

CPU = torch.device("cpu")
SMALL = Preprocessing(64, (56, 56))
NAME = "efficientnet-lite0"


def drawn(width, height, seed=0):
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (60, 45, 3), np.uint8))
    return coarse.resize((width, height), Image.Resampling.BICUBIC)


def stored(picture, kind="JPEG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def rotated(picture):
    exif = Image.Exif()
    exif[images.ORIENTATION] = 6
    return stored(picture, exif=exif)


PICTURE = drawn(90, 120)
FILES = {
    "jpeg": stored(PICTURE, quality=90),
    "grey": stored(PICTURE.convert("L")),
    "progressive": stored(drawn(200, 120), progressive=True),
    "png": stored(PICTURE, "PNG"),
    "webp": stored(PICTURE, "WEBP"),
    "cmyk": stored(PICTURE.convert("CMYK")),
    "rotated": rotated(PICTURE),
    "thin": stored(drawn(20, 400)),
}
FOR_CARD = ["jpeg", "grey", "progressive"]


@pytest.mark.parametrize("name", FILES)
def test_upright_jpegs_of_grey_or_rgb_are_for_the_card(name):
    size = images.size_for_card(FILES[name])
    assert (size is not None) == (name in FOR_CARD)
    if size:
        assert size == Image.open(io.BytesIO(FILES[name])).size


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", FILES["jpeg"][:40]])
def test_headers_that_cannot_be_read_are_not_for_the_card(data):
    assert images.size_for_card(data) is None


@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
@pytest.mark.parametrize(("resize", "crop"), [(64, (56, 56)), (0, (48, 40)), (150, (150, 150))])
def test_pixels_are_those_of_pillow_to_a_quarter_of_a_level_in_the_mean(interpolation, resize, crop):
    preprocessing = Preprocessing(resize, crop, interpolation)
    sizes = [(90, 120), (300, 200), (90, 120), (61, 77)]
    files = [stored(drawn(*size, seed), quality=90) for seed, size in enumerate(sizes)]
    pixels, done = card_decoding.decode(files, preprocessing, CPU)
    assert sorted(done) == [0, 1, 2, 3]
    expected = np.stack([preprocessing(images.decode(data)) for data in files])
    assert pixels.shape == expected.shape
    difference = np.abs(pixels.numpy().astype(int) - expected)
    assert (
        np.quantile(difference, 0.99) <= 1
    )  # Pillow also cuts off what a filter overshoots between its two passes
    assert difference.mean() < 0.25


def test_pictures_are_decoded_in_batches_and_a_damaged_one_leaves_its_batch_to_the_cpu(monkeypatch):
    monkeypatch.setattr(card_decoding, "PIXELS", 2 * 90 * 120)
    damaged = FILES["jpeg"][:-200]
    assert images.size_for_card(damaged) is not None
    files = [FILES["jpeg"], FILES["png"], FILES["grey"], FILES["jpeg"], damaged, FILES["progressive"]]
    pixels, done = card_decoding.decode(files, SMALL, CPU)
    assert sorted(done) == [0, 2, 5]
    assert torch.equal(pixels[0], card_decoding.decode([FILES["jpeg"]], SMALL, CPU)[0][0])


@pytest.fixture(scope="module")
def encoder():
    return encoders.load(load_config()["encoders"][NAME], NAME)


def on_card(encoder, device=CPU):
    """The encoder with the route of a card."""
    return replace(
        encoder,
        decode_files=partial(card_decoding.decode, preprocessing=encoder.prepare, device=device),
        batch=4,
    )


def shard(folder, files):
    columns = {"id": list(files), "image": pa.array(files.values(), pa.large_binary())}
    columns |= {side: pa.array([1] * len(files), pa.int32()) for side in ("width", "height")}
    tables.write(folder / "0.parquet", pa.table(columns, IMAGES.empty().schema), IMAGES)
    return folder / "0.parquet"


def embedded(encoder, path, folder, files=FILES, threads=1):
    samples = samples_table(dict.fromkeys(files, "train"))
    writer = EmbeddingWriter(folder, encoder.width, None)
    return dataset_embedding.embed_images(samples, [path], encoder, writer, threads), writer


def test_vectors_by_the_route_of_a_card_are_those_of_the_cpu_and_routes_are_counted(tmp_path, encoder):
    path = shard(tmp_path, FILES)
    exact = embedded(encoder, path, tmp_path / "cpu")[1].by_id()
    measure, writer = embedded(on_card(encoder), path, tmp_path / "card", threads=2)
    found = writer.by_id()
    assert list(found) == list(exact)
    for name, vector in exact.items():
        cosine = vector @ found[name] / np.linalg.norm(vector) / np.linalg.norm(found[name])
        assert cosine > (0.999 if name in FOR_CARD else 0.999999), name
    assert measure.decoded == {"decoded_on_card": 3, "decoded_on_cpu": 5}
    assert measure.embedded == 8
    again = embedded(on_card(encoder), path, tmp_path / "card")[0]
    assert again.restored == 8
    assert again.decoded == measure.decoded


def test_a_card_that_decodes_nothing_leaves_all_to_processes(tmp_path, encoder):
    path = shard(tmp_path, FILES)
    exact = embedded(encoder, path, tmp_path / "cpu")[1].by_id()
    beside = replace(encoder, description={**encoder.description, "device": "a card"})
    measure, writer = embedded(beside, path, tmp_path / "card")
    assert all(np.array_equal(vector, exact[name]) for name, vector in writer.by_id().items())
    assert measure.decoded == {"decoded_on_card": 0, "decoded_on_cpu": 8}


def test_a_damaged_picture_is_named(tmp_path, encoder):
    files = {**FILES, "broken": FILES["jpeg"][:-200]}
    path = shard(tmp_path, files)
    with pytest.raises(UserError, match=r"0\.parquet: picture of id 'broken' is unreadable"):
        embedded(on_card(encoder), path, tmp_path / "card", files)


def test_ranges_add_up_the_counts_of_routes(tmp_path):
    schema = pa.schema({"id": pa.string(), "embedding": pa.list_(pa.float32(), 2)})
    paths = []
    for number in range(2):
        made = {"encoder": "a", "decoded_on_card": 5 + number, "decoded_on_cpu": 1}
        paths.append(tmp_path / str(number) / "train.parquet")
        paths[-1].parent.mkdir()
        described = schema.with_metadata(tables.encode_metadata(made))
        pa.parquet.write_table(described.empty_table(), paths[-1])
    found = embedding_ranges.common_metadata(paths)
    assert found == {"encoder": "a", "decoded_on_card": 11, "decoded_on_cpu": 2}


@pytest.mark.gpu
def test_a_card_decodes_what_the_cpu_does_within_a_few_levels_and_the_rest_is_left(tmp_path):
    row = load_config()["encoders"][NAME]
    card = encoders.load(row, NAME)
    assert card.description["decoding"] == "card"
    names = list(FILES)
    pixels, done = card.decode_files(list(FILES.values()))
    assert pixels.device.type == "cuda"
    assert {names[number] for number in done} <= set(FOR_CARD)
    assert "jpeg" in {names[number] for number in done}
    for number in done:
        expected = card.prepare(images.decode(FILES[names[number]])).astype(int)
        assert np.abs(pixels[number].cpu().numpy() - expected).mean() < 1
    path = shard(tmp_path, FILES)
    exact = embedded(encoders.load({**row, "decoding": "exact"}, NAME), path, tmp_path / "exact")[1].by_id()
    for name, vector in embedded(card, path, tmp_path / "card")[1].by_id().items():
        assert vector @ exact[name] > 0.999 * np.linalg.norm(vector) * np.linalg.norm(exact[name])
