"""A mistake in a config is one line with its place and a remedy."""

import re

import pytest
from changed_configs import OWN, SCHEMAS, changed

from humancentric.core.errors import UserError
from humancentric.study.validation import validate


@pytest.mark.parametrize(
    ("path", "value", "place", "remedy"),
    [
        ("encoders/clip/modality", "imag", "encoders.clip.modality is 'imag'", "did you mean 'image'?"),
        ("encoders/clip/wdith", 3, "encoders.clip.wdith: unknown key", "did you mean 'width'?"),
        ("encoders/random/model", "x", "encoders.random.model: unknown key", "valid: |did you mean"),
        ("datasets/plotster/source/kind", "tmbd", "datasets.plotster.source.kind is 'tmbd'", "'tmdb'"),
        ("datasets/plotster/source/root", "x", "datasets.plotster.source.root: unknown key", "replica"),
        ("datasets/demo-covers/source/classes", 29, "source.classes is 29", "valid: 28, 30"),
        ("datasets/mvsa/source", {"kind": "mvsa"}, "datasets.mvsa.source.root is missing", "add it"),
        (
            "datasets/mvsa/views/standard/column",
            "x",
            "views.standard.column: unknown key",
            "detector, modality, of",
        ),
        (
            "datasets/mvsa/views/x",
            {"modality": "image", "of": "standard"},
            "views.x.detector is missing",
            "add",
        ),
        (
            "datasets/plotster/views/masked/detector",
            "eats",
            "'eats' is not a detector",
            "did you mean 'east'?",
        ),
        ("datasets/plotster/views/masked/of", "plot", "'plot' is not an image view", "standard"),
        ("datasets/Plot ster", {}, "datasets: name 'Plot ster'", "small letters, digits and hyphens"),
        ("datasets/plotster/source/released/from", "soon", "released.from is 'soon'", "YYYY-MM-DD"),
        ("datasets/plotster/source/released/from", "2022-01-01", "2022-01-01, after .to 2021-01-05", "swap"),
        ("studdy", {}, "studdy: unknown key", "did you mean 'study'?"),
        (
            "encoders/clip/text",
            "clip-x",
            "encoders.clip.text: 'clip-x' is not a text encoder",
            "did you mean 'clip-t'?",
        ),
        (
            "encoders/clip/text",
            "rn50",
            "encoders.clip.text: 'rn50' is not a text encoder",
            "valid|did you mean",
        ),
        ("encoders/clip/text", "minilm", "'minilm' has kind sentence-transformers", "of the same model"),
        ("encoders/clip-t/width", 512, "'clip-t' has width 512, 'clip' has 1024", "same model and weights"),
        ("encoders/clip-t/text", "clip-t", "encoders.clip-t.text is set for a text encoder", "move it"),
        (
            "datasets/mvsa/prompts",
            "sentiment",
            "'sentiment' is not a row of prompts",
            "did you mean 'sentiments'?",
        ),
        ("prompts/genres/templates/plain", ["a film"], "templates.plain.0 is 'a film'", "{label}"),
        ("prompts/genres/templates", {}, "prompts.genres.templates is {}", "template set"),
        ("encoders/clip/seen_until", {"date": "soon"}, "seen_until.date is 'soon'", "unknown, or never"),
        (
            "encoders/clip/seen_until",
            {"date": "2021-13-45"},
            "encoders.clip.seen_until.date is 2021-13-45",
            "day",
        ),
        (
            "study/contamination",
            {"controls": ["demo-covers"]},
            "study.contamination.controls: 'demo-covers' is not a control of the study",
            "demo-movies-recent",
        ),
        ("study/contamination", {"relevant": 5}, "contamination.relevant is 5", "between 0 and 1"),
        ("study/seeds", 0, "study.seeds is 0", "positive whole number"),
        ("study/datasets", "mvsa", "study.datasets is 'mvsa'", "list of row names"),
        ("study/datasets", ["mvza"], "study.datasets: 'mvza' is not a dataset", "did you mean 'mvsa'?"),
        ("study/image_encoders", ["clip-t"], "'clip-t' is an encoder of texts", "study.text_encoders"),
        ("study/text_encoders", ["minilm", "minilm"], "'minilm' is listed twice", "once"),
        (
            "study/zeroshot",
            ["efficientnet-lite0"],
            "'efficientnet-lite0' shares its space with no text",
            "take it out",
        ),
        (
            "study/retrieval",
            {"demo-movys": ["standard+plot"]},
            "'demo-movys' is not a dataset",
            "'demo-movies'",
        ),
        (
            "study/retrieval",
            {"demo-movies": ["plot+standard"]},
            "'plot' in 'plot+standard'",
            "image view, . and",
        ),
        (
            "study/retrieval",
            {"demo-movies": ["standard+plod"]},
            "not among the text views",
            "did you mean 'plot'?",
        ),
        ("study/retrieval", {"demo-movies": ["standard"]}, "'standard'", "e.g. standard.plot"),
        ("study/retrieval", {}, "study.retrieval is {}", "mapping from a dataset to pairs"),
        ("study/zeroshot_first", 0, "study.zeroshot_first is 0", "leave it out for all"),
        ("claims/retrieval-pairs/cells", "image", "retrieval compares pairs", "use pairs"),
        ("study/zeroshot", ["clip-demmo"], "'clip-demmo' is not an encoder", "did you mean 'clip-demo'?"),
        ("protocols/paper/kind", "hed", "protocols.paper.kind is 'hed'", "did you mean 'head'?"),
        ("protocols/paper/shrinkage", 0.1, "protocols.paper.shrinkage: unknown key", "valid|did you mean"),
        (
            "protocols/paper/threshold",
            1.5,
            "protocols.paper.threshold is 1.5",
            "probability .* or validation",
        ),
        ("protocols/paper/threshold", "validation", "protocols.paper.threshold is chosen", "add validation"),
        ("protocols/paper/grid", {"epochs": [3]}, "protocols.paper.grid is chosen on", "add validation"),
        ("protocols/fair/grid/epochs", [], "protocols.fair.grid.epochs is []", "list of positive whole"),
        ("protocols/fair/grid/hiden", [3], "protocols.fair.grid.hiden: unknown key", "learning_rate"),
        ("protocols/fair/validation/share", 0.8, "validation.share is 0.8", "at most one half"),
        ("protocols/knn/features", "raw", "protocols.knn.features is 'raw'", "normalised"),
        ("protocols/gda/shrinkage", "much", "protocols.gda.shrinkage is 'much'", "auto or a number"),
        ("protocols/tip/shots", 0, "protocols.tip.shots is 0", "positive whole number"),
        (
            "study/differences",
            {"controls": ["demo-covers"]},
            "'demo-covers' is not a control of the study",
            "movies-recent",
        ),
        ("study/differences", {"resamples": 3}, "study.differences.resamples is 3", "bootstrap resamples"),
        (
            "study/fewshot",
            {"distance": "cosin"},
            "study.fewshot.distance is 'cosin'",
            "did you mean 'cosine'?",
        ),
        ("study/protocols", ["papr"], "'papr' is not a protocol", "did you mean 'paper'?"),
        ("study/shots", {"default": []}, "study.shots.default is []", "positive whole numbers"),
        (
            "study/controls",
            {"demo-movies": ["demo-covers"]},
            "'demo-covers' is also in study.datasets",
            "take it out",
        ),
        ("study/controls", {"demo-movies": ["mvsa"]}, "'mvsa' is single-label", "needs its parent's task"),
        (
            "datasets/mvsa/split",
            {"test": 0.9, "validation": 0.1},
            "mvsa.split: test and validation",
            "for train",
        ),
        (
            "datasets/demo-covers",
            {
                "source": {"kind": "folder", "root": "x"},
                "task": "single-label",
                "human_centric": True,
                "views": {"standard": {"modality": "image"}},
                "split": {"validation": 0.1},
                "splits": ["validation"],
                "shards": 1,
            },
            "demo-covers.splits names validation",
            "take out one",
        ),
        ("datasets/mvsa/split", {"kind": "hash"}, "datasets.mvsa.split has no share", "add test"),
        ("datasets/mvsa/splits", ["dev"], "datasets.mvsa.splits names splits of the data", "take out one"),
        ("datasets/mvsa/splits", ["train"], "datasets.mvsa.splits.0 is 'train'", "not train or test"),
        (
            "study/fewshot_only",
            ["mnst"],
            "study.fewshot_only: 'mnst' is not a dataset",
            "did you mean 'mnist'?",
        ),
        ("study/fewshot_only", ["demo-covers"], "'demo-covers' is also in study.datasets", "take it out"),
        (
            "study/fewshot_only",
            ["demo-movies-recent"],
            "'demo-movies-recent' is also in study.controls",
            "take it out",
        ),
        (
            "datasets/cifar10/source/classes",
            11,
            "datasets.cifar10.source.classes is 11",
            "valid: 10, 100, 20",
        ),
        ("datasets/mnist/source/names", [1], "datasets.mnist.source.names.0 is 1", "in quotes"),
        ("datasets/svhn/source/checksums/x", "md5:1", "source.checksums.x is 'md5:1'", "hexadecimal digits"),
        ("datasets/mnist/min_side", 0, "datasets.mnist.min_side is 0", "shorter side"),
        ("datasets/mvsa/split", {"test": 0.1, "kind": "iterative"}, "kind is 'iterative'", "use stratified"),
        ("datasets/plotster/split", {"test": 0.1, "kind": "stratified"}, "is 'stratified'", "use iterative"),
        (
            "datasets/mvsa/split",
            {"test": 0.1, "kind": "stratified", "group": "x"},
            "does not support group",
            "take out",
        ),
        (
            "datasets/mvsa/source",
            OWN | {"image": "i", "url": "u"},
            "source has image and url",
            "keep the one",
        ),
        ("datasets/mvsa/source", OWN, "views.standard is of images", "add source.image or source.url"),
        ("datasets/mvsa/source", OWN | {"image": "i", "encoding": ["utf8x"]}, "'utf8x' is unknown", "utf-8"),
        (
            "datasets/demo-covers/source",
            OWN | {"image": "i", "path": {"train": "a.csv", "tset": "b.csv"}},
            "'tset' is not a split of the row",
            "valid: test, train|did you mean 'test'",
        ),
        (
            "datasets/mvsa/source",
            OWN | {"image": "i", "labels": {"prefx": "a"}},
            "source.labels is",
            "prefix",
        ),
        (
            "datasets/mvsa/source",
            OWN | {"image": "i", "path": {"test": "a.csv"}, "split": "part"},
            "files of splits and a column of splits",
            "take out",
        ),
        (
            "datasets/mvsa/source",
            {"kind": "huggingface", "labels": "l", "image": "i"},
            "needs a path or a name",
            "give one",
        ),
        ("datasets/mvsa/source", {"kind": "folder", "rot": "x"}, "source.rot: unknown key", "mean 'root'"),
        ("study/min_match", 1.5, "study.min_match is 1.5", "use the share"),
        ("downloads/connections", 20, "downloads.connections is 20", "from 1 to 8"),
        ("tmdb/token", "secret", "tmdb.token: unknown key", "valid|did you mean"),
    ],
)
def test_a_mistake_is_one_line_with_place_and_remedy(config, path, value, place, remedy):
    with pytest.raises(UserError) as error:
        validate(changed(config, path, value), SCHEMAS)
    message = str(error.value)
    assert message.startswith("config: ")
    assert "\n" not in message
    assert place in message
    assert re.search(remedy, message)
