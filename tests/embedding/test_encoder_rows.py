"""Every row of the catalogue against the architecture it names, built without weights on torch's `meta` device."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from humancentric.core.errors import UserError
from humancentric.core.weights import on_hub
from humancentric.embedding import encoders
from humancentric.embedding.encoders import open_clip as open_clip_kind
from humancentric.embedding.encoders import timm as timm_kind
from humancentric.embedding.preprocessing import choose

torch = pytest.importorskip("torch")
open_clip = pytest.importorskip("open_clip")
timm = pytest.importorskip("timm")
transformers = pytest.importorskip("transformers")

ROOT = Path(__file__).parents[2]
ROWS = yaml.safe_load((ROOT / "config" / "encoders.yaml").read_text(encoding="utf-8"))["encoders"]
# The hub's repositories of sentence-transformers say this in files of their own; here are their publications' numbers.
TEXT_MODELS = {
    "bert-base": ("BertConfig", {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12}),
    "bert-large": ("BertConfig", {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16}),
    "all-minilm": ("BertConfig", {"hidden_size": 384, "num_hidden_layers": 12, "num_attention_heads": 12}),
    "mpnet": ("MPNetConfig", {}),
    "e5": ("BertConfig", {"hidden_size": 768}),
}


def of_kind(kind, local=False):
    return [name for name, row in ROWS.items() if row["kind"] == kind and on_hub(row) is not local]


@cache
def clip(model):
    with torch.device("meta"):
        return open_clip.create_model(model, device="meta").eval()


@pytest.mark.parametrize("name", [*of_kind("timm"), "efficientnet-lite0"])
def test_timm_models(name):
    row = ROWS[name]
    timm_kind.reject_ambiguous_weights(row, name)
    own = timm_kind.own_preprocessing(timm_kind.config_of(row, name), name)
    crop = choose(row, own, name).crop
    with torch.device("meta"):
        model = timm.create_model(row["model"], num_classes=0).eval()
    assert row["modality"] == "image"
    assert model(torch.empty(1, 3, *crop, device="meta")).shape == (1, row["width"])


@pytest.mark.parametrize("name", of_kind("open-clip"))
def test_open_clip_models(name):
    row = ROWS[name]
    tag = open_clip_kind.tag_of(row, name)
    assert tag["hf_hub"].startswith("timm/")
    model = clip(row["model"])
    if not row.get("projection", True):
        clip.cache_clear()
        open_clip_kind.drop_projection(model, row["modality"], name)
    if row["modality"] == "text":
        context = open_clip.get_model_config(row["model"])["text_cfg"].get("context_length", 77)
        vectors = model.encode_text(torch.zeros(1, context, dtype=torch.long, device="meta"))
    else:
        stated = {**model.visual.preprocess_cfg, **{key: tag[key] for key in ("mean", "std", "resize_mode")}}
        crop = choose(row, open_clip_kind.own_preprocessing(stated, name), name).crop
        vectors = model.encode_image(torch.empty(1, 3, *crop, device="meta"))
    assert vectors.shape == (1, row["width"])


@pytest.mark.parametrize("name", of_kind("sentence-transformers"))
def test_text_models(name):
    kind, numbers = TEXT_MODELS[name]
    config = getattr(transformers, kind)(**numbers)
    with torch.device("meta"):
        model = transformers.AutoModel.from_config(config)
    assert ROWS[name]["modality"] == "text"
    assert model(torch.zeros(1, 3, dtype=torch.long, device="meta"))[0].shape == (1, 3, ROWS[name]["width"])


@pytest.mark.parametrize(
    "name", [*of_kind("random", True), *of_kind("pixels", True), *of_kind("tfidf", True)]
)
def test_rows_without_a_model(name):
    encoder = encoders.load(ROWS[name], name)
    assert (encoder.modality, encoder.width) == (ROWS[name]["modality"], ROWS[name]["width"])


def test_image_rows_state_what_they_see_and_partners_share_their_weights():
    for name, row in ROWS.items():
        if row["modality"] == "image" and on_hub(row):
            assert "input" in row, name
        if row["kind"] == "open-clip" and "text" in row:
            same = ("model", "weights", "width", "sha256")
            assert {key: row.get(key) for key in same} == {key: ROWS[row["text"]].get(key) for key in same}


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if on_hub(row)])
def test_every_row_of_the_hub_names_its_files(name):
    files = encoders.module_of(ROWS[name], name).hub_files(ROWS[name], name)
    assert files.repository.count("/") == 1
    assert files.tokenizer == ("timm/ViT-B-16-SigLIP2" if name == "siglip2-t" else None)


AMBIGUOUS = {
    "activation": (
        {"kind": "open-clip", "model": "RN50", "weights": "openai", "width": 1024},
        r"RN50 computes GELU, weights 'openai' were trained with QuickGELU; use model: RN50-quickgelu",
    ),
    "fine-tuned BiT": (
        {
            "kind": "timm",
            "model": "resnetv2_50x1_bit.goog_in21k_ft_in1k",
            "weights": "pretrained",
            "width": 2048,
        },
        r"trained again on 1,000 classes .* use resnetv2_50x1_bit\.goog_in21k, or state `input`",
    ),
    "distilled BiT": (
        {
            "kind": "timm",
            "model": "resnetv2_50x1_bit.goog_distilled_in1k",
            "weights": "pretrained",
            "width": 2048,
        },
        r"not the BiT-M of 21,843",
    ),
    "torchvision's default": (
        {"kind": "timm", "model": "resnet50", "weights": "DEFAULT", "width": 2048},
        r"weights is 'DEFAULT', a name of torchvision; use weights: pretrained with a tag .* resnet50\.tv_in1k",
    ),
    "torchvision's V2": (
        {"kind": "timm", "model": "resnet50", "weights": "ResNet50_Weights.IMAGENET1K_V2", "width": 2048},
        r"a name of torchvision",
    ),
    "timm's favourite": (
        {"kind": "timm", "model": "resnet50", "weights": "pretrained", "width": 2048},
        r"model is 'resnet50', its weights need a tag: .*resnet50\.tv_in1k",
    ),
}


@pytest.mark.parametrize("case", AMBIGUOUS)
def test_ambiguous_rows_are_errors(case):
    row, message = AMBIGUOUS[case]
    with pytest.raises(UserError, match=message) as error:
        encoders.load({"modality": "image", **row}, "x")
    assert "\n" not in str(error.value)


def test_the_fine_tuned_bit_can_be_taken_on_purpose():
    row = {**AMBIGUOUS["fine-tuned BiT"][0], "input": 448}
    timm_kind.reject_ambiguous_weights(row, "x")
    own = timm_kind.own_preprocessing(timm_kind.config_of(row, "x"), "x")
    assert choose(row, own, "x").crop == (448, 448)
    with pytest.raises(UserError, match=r"^x\.input is 224, the model with this preprocessing sees 448x448"):
        choose({**row, "input": 224}, own, "x")
