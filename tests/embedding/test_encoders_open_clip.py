"""The open_clip family against open_clip called directly."""

import copy
import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image
from small_embeddings import samples_table

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import IMAGES
from humancentric.embedding import dataset_embedding, encoders, torch_runtime
from humancentric.embedding.embedding_writer import EmbeddingWriter
from humancentric.embedding.encoders.open_clip import drop_projection
from opener import Opener

open_clip = pytest.importorskip("open_clip")
torch = pytest.importorskip("torch")

MODEL = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 48, "layers": [1, 1, 1, 1], "width": 8, "patch_size": None},
    "text_cfg": {"context_length": 12, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}
MEAN = [0.4, 0.5, 0.6]
TEXTS = ["a poster", "", "a b c d e f g h i j", "a b c d e f g h i j k", "! ! !", "long " * 20_000]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as one gets it from the hub: configuration and (random) weights."""
    folder = tmp_path_factory.mktemp("tiny-clip")
    config = {"model_cfg": MODEL, "preprocess_cfg": {"mean": MEAN, "std": [0.3, 0.2, 0.1]}}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    torch.manual_seed(0)
    model = open_clip.CLIP(**{**MODEL, "vision_cfg": MODEL["vision_cfg"], "text_cfg": MODEL["text_cfg"]})
    torch.save(model.state_dict(), folder / "open_clip_pytorch_model.bin")
    return folder


def row(folder, modality="image", **more):
    return {
        "modality": modality,
        "kind": "open-clip",
        "model": "tiny",
        "weights": str(folder),
        "width": 16,
        **more,
    }


def pictures():
    rng = np.random.default_rng(0)
    sizes = [(90, 60), (60, 90), (48, 48), (31, 77)]
    return [
        np.asarray(Image.fromarray(rng.integers(0, 256, (7, 7, 3), np.uint8)).resize(size)) for size in sizes
    ]


def close(ours, reference):
    return np.linalg.norm(ours - reference) <= 1e-4 * np.linalg.norm(reference)


@pytest.fixture(scope="module")
def reference(folder):
    return open_clip.create_model_and_transforms(f"local-dir:{folder}", require_pretrained=True)


@pytest.mark.parametrize("batch", [1, 3, 32])
def test_images_agree_with_open_clip_whatever_the_batch(folder, reference, batch):
    model, _, transform = reference
    with torch.inference_mode():
        expected = model.eval().encode_image(torch.stack([transform(Image.fromarray(i)) for i in pictures()]))
    encoder = encoders.load(row(folder, batch=batch), "tiny")
    assert close(encoder.embed_images(pictures()), expected.numpy())
    assert close(encoder.embed_images(pictures()[::-1])[::-1], expected.numpy())
    assert "shorter side to 48 (bicubic), centre crop 48x48, mean [0.4, 0.5, 0.6]" in str(encoder.description)


@pytest.mark.parametrize("batch", [1, 32])
def test_texts_agree_with_open_clip_whatever_the_batch(folder, reference, batch):
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}")
    with torch.inference_mode():
        expected = reference[0].eval().encode_text(tokenizer(TEXTS)).numpy()
    encoder = encoders.load(row(folder, "text", batch=batch), "tiny-t")
    assert close(encoder.embed_texts(TEXTS), expected)
    assert encoder.description["context"] == 12


def test_truncation_is_counted(folder):
    encoder = encoders.load(row(folder, "text"), "tiny-t")
    assert [encoder.truncated([text]) for text in TEXTS] == [0, 0, 0, 1, 0, 1]
    assert encoder.truncated(TEXTS) == 2
    assert encoder.truncated([]) == 0


def test_a_weights_file_for_a_model_that_open_clip_knows(folder, tmp_path, reference):
    (tmp_path / "tiny-known.json").write_text(json.dumps(MODEL))
    open_clip.add_model_config(tmp_path)
    file = {"model": "tiny-known", "weights": str(folder / "open_clip_pytorch_model.bin")}
    ours = encoders.load({**row(folder, "text"), **file}, "x").embed_texts(TEXTS)
    assert close(ours, encoders.load(row(folder, "text"), "x").embed_texts(TEXTS))


def test_a_folder_without_weights_is_no_random_model(folder, tmp_path):
    with pytest.raises(UserError, match=r"encoders\.x\.weights: .* needs a open_clip_config\.json"):
        encoders.load(row(tmp_path), "x")
    (tmp_path / "open_clip_config.json").write_text((folder / "open_clip_config.json").read_text())
    with pytest.raises(UserError, match=r"encoders\.x\.weights: .* holds no weights"):
        encoders.load(row(tmp_path), "x")


def test_weights_of_another_model(folder, tmp_path):
    other = {**MODEL, "embed_dim": 8}
    (tmp_path / "open_clip_config.json").write_text(json.dumps({"model_cfg": other}))
    (tmp_path / "open_clip_pytorch_model.bin").write_bytes(
        (folder / "open_clip_pytorch_model.bin").read_bytes()
    )
    with pytest.raises(
        UserError, match=r"encoders\.x\.weights: .*\.bin does not fit tiny \(.*size mismatch"
    ) as error:
        encoders.load(row(tmp_path), "x")
    assert "\n" not in str(error.value)


def test_a_text_tower_with_code_of_its_own_is_refused_without_a_question(folder, tmp_path):
    tower = tmp_path / "tower"
    tower.mkdir()
    (tower / "config.json").write_text(json.dumps({"auto_map": {"AutoConfig": "evil.Config"}}))
    (tower / "evil.py").write_text("raise SystemExit('ran')")
    model = {**MODEL, "text_cfg": {"hf_model_name": str(tower), "hf_tokenizer_name": str(tower)}}
    (tmp_path / "open_clip_config.json").write_text(json.dumps({"model_cfg": model}))
    (tmp_path / "open_clip_pytorch_model.bin").write_bytes(
        (folder / "open_clip_pytorch_model.bin").read_bytes()
    )
    with pytest.raises(UserError, match=r"encoders\.x\.model: .*tower holds Python code for AutoConfig"):
        encoders.load(row(tmp_path), "x")


def test_a_checkpoint_with_code_is_one_line_and_runs_nothing(folder, tmp_path):
    trap = tmp_path / "trap"
    (tmp_path / "open_clip_config.json").write_text((folder / "open_clip_config.json").read_text())
    torch.save({"weights": Opener(trap)}, tmp_path / "open_clip_pytorch_model.bin")
    with pytest.raises(UserError, match=r"encoders\.x\.weights: .*does not fit tiny") as error:
        encoders.load(row(tmp_path), "x")
    assert "\n" not in str(error.value)
    assert not trap.exists()


def test_wrong_checksum(folder):
    with pytest.raises(UserError, match=r"encoders\.x\.weights: .* has sha256 .*, expected 000"):
        encoders.load(row(folder, sha256="0" * 64), "x")


def test_wrong_width(folder):
    with pytest.raises(UserError, match=r"encoders\.x\.width is 17, the model gives 16; set width: 16"):
        encoders.load(row(folder, width=17), "x").embed_images(pictures())


@pytest.mark.parametrize("modality", ["image", "text"])
def test_another_activation_than_the_weights_were_trained_with(modality):
    wrong = {"modality": modality, "kind": "open-clip", "model": "RN50", "weights": "openai", "width": 1024}
    with pytest.raises(
        UserError, match=r"RN50 computes GELU, weights 'openai' .* QuickGELU; use model: RN50-quickgelu"
    ):
        encoders.load(wrong, "clip")


def test_mistakes_in_the_row():
    wrong = {"modality": "image", "kind": "open-clip", "model": "RN50", "weights": "opnai", "width": 1024}
    with pytest.raises(UserError, match=r"RN50 has no weights 'opnai'; did you mean 'openai'\?"):
        encoders.load(wrong, "clip")
    with pytest.raises(
        UserError, match=r"encoders\.clip\.model: open_clip has no 'RN500'; did you mean 'RN50'"
    ):
        encoders.load({**wrong, "model": "RN500"}, "clip")
    with pytest.raises(UserError, match=r"encoders\.clip\.weights: nowhere/model\.pt is missing"):
        encoders.load({**wrong, "weights": "nowhere/model.pt"}, "clip")


def test_vectors_before_the_projection(folder, reference):
    """The image tower's attention without its output map, the text tower without its matrix."""
    model, _, transform = reference
    model = copy.deepcopy(model).eval()
    images = torch.stack([transform(Image.fromarray(image)) for image in pictures()])
    linear = model.visual.attnpool.c_proj
    width = linear.in_features
    unprojected = encoders.load(row(folder, projection=False, width=width), "tiny")
    ours = torch.from_numpy(unprojected.embed_images(pictures()))
    with torch.inference_mode():
        assert close(linear(ours).numpy(), model.encode_image(images).numpy())
        texts = encoders.load(row(folder, "text", projection=False, width=16), "tiny-t")
        tokens = open_clip.get_tokenizer(f"local-dir:{folder}")(TEXTS)
        projected = torch.from_numpy(texts.embed_texts(TEXTS)) @ model.text_projection
        assert close(projected.numpy(), model.encode_text(tokens).numpy())
    assert unprojected.description["projected"] is False


def test_a_tower_without_a_projection_says_so():
    class Tower:
        visual = None
        text_projection = None

    for modality in ("image", "text"):
        with pytest.raises(
            UserError, match=rf"^x\.projection is false, the {modality} tower of this model has none"
        ):
            drop_projection(Tower(), modality, "x")


def test_half_precision_where_the_row_asks_for_it(folder):
    exact, coarse = (encoders.load(row(folder, dtype=dtype), "x") for dtype in ("float32", "bfloat16"))
    ours, reference = coarse.embed_images(pictures()), exact.embed_images(pictures())
    assert ours.dtype == np.float32
    assert coarse.description["dtype"] == "bfloat16"
    difference = np.linalg.norm(ours - reference) / np.linalg.norm(reference)
    assert 1e-4 < difference < 0.05


def test_the_tokenizer_of_a_folder_counts_longer_texts():
    """The demo's own folder, whose tokenizer is one of transformers and pads with a token of its own."""
    weights = Path(__file__).parents[2] / "resources" / "demo" / "clip-demo"
    encoder = encoders.load(row(weights, "text", width=128), "x")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{weights}").tokenizer
    texts = [*TEXTS, "Ein  Plakat\n &amp; caf\u00e9 \N{CLAPPER BOARD}", "x" * 300, "war " * 75, "war " * 76]
    lengths = [len(tokenizer(text.strip(), verbose=False)["input_ids"]) for text in texts]
    assert [encoder.truncated([text]) for text in texts] == [int(length > 77) for length in lengths]
    assert encoder.truncated(texts) == sum(length > 77 for length in lengths) > 0
    assert encoder.description["context"] == 77


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("batch", [1, 3])
def test_the_whole_pipeline_agrees_whatever_batch_workers_and_order(
    folder, reference, tmp_path, threads, batch
):
    model, _, transform = reference
    names = [f"{number:02d}" for number in range(4)]
    with torch.inference_mode():
        expected = model.eval().encode_image(torch.stack([transform(Image.fromarray(i)) for i in pictures()]))
    shards = [tmp_path / "1.parquet", tmp_path / "0.parquet"]
    for path, chosen in zip(shards, ([2, 0], [3, 1]), strict=True):
        files = []
        for number in chosen:
            buffer = io.BytesIO()
            Image.fromarray(pictures()[number]).save(buffer, "PNG")
            files.append(buffer.getvalue())
        columns = {
            "id": [names[number] for number in chosen],
            "image": files,
            "width": [1, 1],
            "height": [1, 1],
        }
        tables.write(path, pa.table(columns, IMAGES.empty().schema), IMAGES)
    writer = EmbeddingWriter(tmp_path / "spool", 16, None)
    encoder = encoders.load(row(folder, batch=batch), "tiny")
    dataset_embedding.embed_images(
        samples_table(dict.fromkeys(names, "train")), shards, encoder, writer, threads
    )
    found = writer.by_id()
    assert close(np.stack([found[name] for name in names]), expected.numpy())


def test_the_largest_batch_is_found_by_trying():
    tried = []

    def forward(number):
        tried.append(number)
        if number > 200:
            raise torch.OutOfMemoryError

    assert torch_runtime.largest_batch(forward, 32) == 128
    assert tried == [64, 128, 256]
    assert torch_runtime.largest_batch(tried.append, 32, most=64) == 64
