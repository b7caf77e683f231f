"""The demo's own small CLIP: its size, its loading, and retrieval better than chance."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from demo_data.film_posters import caption, draw_poster
from demo_data.films import films
from humancentric.embedding import encoders

pytest.importorskip("open_clip")
ROOT = Path(__file__).parents[2]
ROWS = yaml.safe_load((ROOT / "config" / "encoders.yaml").read_text(encoding="utf-8"))["encoders"]
UNSEEN = 97  # a seed that neither its training nor the demo study uses


def demo(name):
    return encoders.load({**ROWS[name], "weights": str(ROOT / ROWS[name]["weights"])}, name)


def test_it_is_at_most_four_megabytes():
    folder = ROOT / ROWS["clip-demo"]["weights"]
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 4_000_000


def test_posters_find_their_captions():
    some = [film for film in films(48, UNSEEN) if not film.defect]
    images = demo("clip-demo").embed_images([np.asarray(draw_poster(film)) for film in some])
    texts = demo("clip-demo-t").embed_texts([caption(film) for film in some])
    assert images.shape == texts.shape == (len(some), 128)
    similar = images @ (texts / np.linalg.norm(texts, axis=1, keepdims=True)).T
    better = (similar > np.diag(similar)[:, None]).mean(
        1
    )  # share of texts before a poster's own; chance: 0.5
    assert better.mean() < 0.3


def test_both_towers_describe_the_same_weights():
    image, text = demo("clip-demo").description, demo("clip-demo-t").description
    assert image["weights"] == text["weights"]
    assert image["weights"]["sha256"] == ROWS["clip-demo"]["sha256"] == ROWS["clip-demo-t"]["sha256"]
    assert text["context"] == 77
