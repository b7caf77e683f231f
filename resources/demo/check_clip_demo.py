"""Compare the demo's CLIP with the packaged encoders on films that it was not trained on.

    PYTHONPATH=workflow/scripts python resources/demo/check_clip_demo.py

Linear probes of genres (samples-F1) and retrieval of captions, as Markdown for README.md.
"""

import argparse
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler

from demo_data.film_posters import caption, draw_poster
from demo_data.films import films
from humancentric.embedding import encoders


def probe_f1(vectors: np.ndarray, truth: np.ndarray, train: int) -> float:
    """Return samples-F1 of one logistic regression per genre, trained on the first `train` rows, on the other rows."""
    vectors = StandardScaler().fit(vectors[:train]).transform(vectors)
    predicted = np.zeros_like(truth[train:])
    for column in range(truth.shape[1]):
        if truth[:train, column].any():
            probe = LogisticRegression(C=0.01, max_iter=300).fit(vectors[:train], truth[:train, column])
            predicted[:, column] = probe.predict_proba(vectors[train:])[:, 1] > 0.3
    return float(f1_score(truth[train:], predicted, average="samples", zero_division=0))


def recalls(images: np.ndarray, texts: np.ndarray) -> list[float]:
    """Return the recall at 1 and at 10: how often a picture's own text is among its most similar texts."""
    images = images / np.linalg.norm(images, axis=1, keepdims=True)
    texts = texts / np.linalg.norm(texts, axis=1, keepdims=True)
    similar = images @ texts.T
    rank = (similar > np.diag(similar)[:, None]).sum(1)
    return [float((rank < top).mean()) for top in (1, 10)]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="resources/demo/clip-demo", help="folder of the model")
    parser.add_argument("--films", type=int, default=800)
    parser.add_argument("--seed", type=int, default=98, help="not that of the training or of a study")
    options = parser.parse_args()
    rows = yaml.safe_load(Path("config/encoders.yaml").read_text(encoding="utf-8"))["encoders"]
    for name in ("clip-demo", "clip-demo-t"):
        rows[name] = {key: value for key, value in rows[name].items() if key != "sha256"}
        rows[name]["weights"] = options.model
    unseen = [film for film in films(options.films, options.seed) if not film.defect]
    train = 2 * len(unseen) // 3
    truth = MultiLabelBinarizer().fit_transform([film.genres for film in unseen])
    views = {
        name: [np.asarray(draw_poster(film, writing=writing)) for film in unseen]
        for name, writing in (("with writing", True), ("without writing", False))
    }
    texts = {
        "plot": [film.overview for film in unseen],
        "title": [film.title for film in unseen],
        "caption": [caption(film, 5) for film in unseen],
    }
    vectors = {}
    print(f"Genres of {len(unseen) - train} films, probes trained on {train}: samples-F1\n")
    print("| encoder | input | samples-F1 |\n|---|---|---|")
    for name in ("clip-demo", "efficientnet-lite0", "random", "clip-demo-t", "minilm", "random-t"):
        encoder = encoders.load(rows[name], name)
        for view, inputs in (views if encoder.modality == "image" else texts).items():
            embed = encoder.embed_images if encoder.modality == "image" else encoder.embed_texts
            vectors[name, view] = embed(inputs)
            if view != "caption":
                print(f"| {name} | {view} | {probe_f1(vectors[name, view], truth, train):.3f} |", flush=True)
    count = len(unseen)
    print(
        f"\nA poster's own text among {count}: recall at 1, at 10 (chance {1 / count:.4f}, {10 / count:.4f})\n"
    )
    print("| text | with writing | without writing |\n|---|---|---|")
    for text in texts:
        found = (recalls(vectors["clip-demo", view], vectors["clip-demo-t", text]) for view in views)
        print(f"| {text} | {' | '.join(f'{first:.3f}, {tenth:.3f}' for first, tenth in found)} |")


if __name__ == "__main__":
    main()
