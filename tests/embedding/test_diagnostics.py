from dataclasses import replace
from itertools import accumulate

import numpy as np
import pyarrow as pa
import pytest
from small_embeddings import SPLITS, grey, samples_table

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.files import write_json
from humancentric.core.schemas import embeddings
from humancentric.embedding import dataset_embedding, diagnostics, encoders, text_embedding
from humancentric.embedding.embedding_writer import EmbeddingWriter
from humancentric.embedding.encoder import Encoder

ROW = {"kind": "test"}


def write(folder, samples, encoder, embed):
    writer = EmbeddingWriter(folder / "spool", encoder.width, None)
    embed(writer)
    outputs = {split: folder / f"{split}.parquet" for split in SPLITS}
    writer.write(outputs, samples, {"encoder": "x", "row": ROW})
    return outputs


def lengths(offset=0.0):
    """An encoder of texts: their length and 10, both moved by `offset`."""

    def forward(texts):
        return np.array([[len(text) + offset, 10 + offset] for text in texts], np.float32)

    return Encoder("encoders.lengths", "text", 2, 8, forward)


@pytest.fixture
def texts(tmp_path):
    splits = {f"{number:04d}": "test" if number % 3 == 0 else "train" for number in range(900)}
    samples = samples_table(splits, ["t" * (number % 7) for number in range(900)])
    embed = lambda writer: text_embedding.embed_texts(samples, "title", lengths(), writer)  # noqa: E731
    return samples, write(tmp_path, samples, lengths(), embed)


def test_one_per_cent_of_each_split_and_at_least_a_few(texts):
    stored = texts[1]
    chosen = diagnostics.choose_ids(stored, ROW, 0.01, 0)
    assert len(set(chosen)) == len(chosen) == 6 + 5  # of 600 and of 300
    assert diagnostics.choose_ids(stored, ROW, 0.01, 0) == chosen
    assert diagnostics.choose_ids(stored, ROW, 0.01, 1) != chosen


def test_the_same_encoder_finds_no_difference_and_another_is_found(texts):
    samples, stored = texts
    chosen = diagnostics.choose_ids(stored, ROW, 0.01, 0)
    same = diagnostics.compare(stored, diagnostics.recompute(lengths(), samples, chosen, [], "title"))
    assert same == {
        "train": {"checked": 6, "of": 600, "largest": 0.0},
        "test": {"checked": 5, "of": 300, "largest": 0.0},
    }
    other = diagnostics.compare(stored, diagnostics.recompute(lengths(0.5), samples, chosen, [], "title"))
    # both numbers moved by .5: the shortest vector has the largest relative difference
    rows = samples.to_pydict()
    titles = {name: len(text) for name, text in zip(rows["id"], rows["title"], strict=True)}
    shortest = min(np.hypot(titles[name], 10) for name in chosen)
    assert max(result["largest"] for result in other.values()) == pytest.approx(np.hypot(0.5, 0.5) / shortest)


def test_another_row_is_refused(texts):
    with pytest.raises(UserError, match="made with kind 'test', the row of encoder 'x' says 'timm'"):
        diagnostics.choose_ids(texts[1], {"kind": "timm"}, 0.01, 0)


def test_pictures_are_recomputed(shards, tmp_path):
    samples = dataset_embedding.of_splits(samples_table(dict.fromkeys("abcde", "train")), SPLITS)
    embed = lambda writer: dataset_embedding.embed_images(samples, shards, grey(), writer)  # noqa: E731
    stored = write(tmp_path, samples, grey(), embed)
    chosen = diagnostics.choose_ids(stored, ROW, 0.01, 0)
    assert chosen == list("abcde")
    brighter = replace(grey(), prepare=lambda image: image + np.uint8(5))
    recomputed = diagnostics.recompute(brighter, samples, chosen, shards, None)
    assert diagnostics.compare(stored, recomputed)["train"]["largest"] == pytest.approx(0.5)  # 10 became 15


def test_a_zero_vector_has_a_difference_too():
    assert diagnostics.relative_difference(np.zeros(2), np.array([3, 4])) == 5


def test_the_summary_covers_the_study(tmp_path):
    paths = []
    for view, largest in (("title", 1e-6), ("plot", 0.2)):
        paths.append(tmp_path / "movies" / "verification" / f"{view}.x.json")
        splits = {"test": {"checked": 5, "of": 9, "largest": largest}}
        write_json(paths[-1], {"view": view, "encoder": "x", "splits": splits})
    found = diagnostics.summarise(paths)
    assert (found["largest"], found["suspicious"]) == (0.2, ["movies/plot.x"])
    assert list(found["embeddings"]) == ["movies/title.x", "movies/plot.x"]


def test_the_fastest_round_after_the_first_is_what_a_picture_takes():
    encoder = encoders.load({"modality": "image", "kind": "random", "width": 8, "seed": 0}, "random")
    # A round reads the clock three times. Here preparing lasts 3 s and encoding 1 s; in the first round
    # a moment each, in the last a minute.
    steps = [0.0, 0.1, 0.1, *[0.0, 3.0, 1.0] * (diagnostics.ROUNDS - 1), 0.0, 60.0, 60.0]
    ticks = accumulate(steps)
    found = diagnostics.time_per_picture(encoder, 4, 1, clock=lambda: next(ticks))
    assert (found["prepare"], found["forward"], found["milliseconds"]) == (750.0, 250.0, 1000.0)
    assert (found["pictures"], found["device"], found["threads"]) == (4, "cpu", 1)
    assert "neither reading nor decoding" in found["includes"]


def test_all_pictures_go_through_the_encoder():
    seen = []
    row = {"modality": "image", "kind": "random", "width": 8, "seed": 0}
    encoder = encoders.load(row, "random")
    forward = encoder.forward
    object.__setattr__(encoder, "forward", lambda batch: seen.append(len(batch)) or forward(batch))
    found = diagnostics.time_per_picture(encoder, 3, 1)
    assert sum(seen) == 3 * (diagnostics.ROUNDS + 1)
    assert found["milliseconds"] == pytest.approx(found["prepare"] + found["forward"], abs=1e-3)
    assert np.isfinite(found["milliseconds"])


def test_cosines_say_what_a_dtype_costs(tmp_path):
    ids, vectors = ["a", "b"], np.array([[1, 0], [0, 0]], np.float32)
    table = pa.table({"id": ids, "embedding": tables.fixed_size_lists(vectors, 2)})
    tables.write(tmp_path / "test.parquet", table, embeddings(2), {})
    reference = {"a": np.array([3, 4], np.float32), "b": np.zeros(2, np.float32)}
    found = diagnostics.cosines({"test": tmp_path / "test.parquet"}, reference)
    assert found == {"test": {"cosine_least": pytest.approx(0.6), "cosine_mean": pytest.approx(0.8)}}
    assert diagnostics.cosine(np.zeros(2), np.ones(2)) == 0
