"""Measure how much text the compact EAST finds: of held-out synthetic words, and of the boxes of DB on real posters.

A word or box is found if the boxes of the other side cover at least half of its area. The rows of DB and EAST are those
of config/detectors.yaml, except for size and threshold, which are columns of the table.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from lettering import SMALLEST, typefaces, write
from scenes import scene, unlettered

from humancentric.core.images import decode
from humancentric.masking import detectors
from humancentric.masking.text_boxes import Detector

HELD_OUT = 990_017  # a seed that no training uses
COVERED = 0.5
TALL = 10  # pixels: letters of this height are easy to read
HEAD = "{:>5} {:>10} {:>8} {:>14} {:>10} {:>7}"
LINE = "{:>5} {:>10.2f} {:>8.3f} {:>14.3f} {:>10.3f} {:>7.3f}"

Boxes = np.ndarray  # (n, 4): left, top, right, bottom, pixels
Labelled = tuple[np.ndarray, Boxes]  # a picture and where its words are


def area_map(boxes: Boxes, width: int, height: int) -> np.ndarray:
    """Return the pixels (height, width; bool) that lie in any of the boxes."""
    covered = np.zeros((height, width), bool)
    for left, top, right, bottom in boxes.astype(int):
        covered[max(top, 0) : bottom, max(left, 0) : right] = True
    return covered


def found(wanted: Boxes, covered: np.ndarray) -> list[bool]:
    """Return for each wanted box whether at least `COVERED` of it is covered."""
    parts = (
        covered[top:bottom, left:right] for left, top, right, bottom in np.maximum(wanted, 0).astype(int)
    )
    return [bool(part.size) and bool(part.mean() >= COVERED) for part in parts]


def boxes_of(detector: Detector, picture: np.ndarray) -> Boxes:
    """Return a detector's boxes."""
    boxes = detector.boxes(picture)
    return np.array([(box.x, box.y, box.x + box.w, box.y + box.h) for box in boxes], float).reshape(-1, 4)


def written(number: int, side: int, fonts: str) -> list[Labelled]:
    """Return pictures with held-out words; words that are cut off or tiny are not counted."""
    posters, faces = unlettered(40, HELD_OUT), typefaces(fonts)
    labelled = []
    for index in range(number):
        rng = np.random.default_rng((HELD_OUT, index))
        picture, corners = write(rng, scene(rng, posters, side), faces)
        heights = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1)
        low, high = corners.min(axis=1), corners.max(axis=1)
        inside = (np.clip(high, 0, side) - np.clip(low, 0, side)).prod(axis=1) > 0.5 * (high - low).prod(
            axis=1
        )
        labelled.append(
            (np.asarray(picture), np.concatenate([low, high], axis=1)[(heights >= SMALLEST) & inside])
        )
    return labelled


def report(
    labelled: Sequence[Labelled], row: dict, sides: Sequence[int], thresholds: Sequence[float]
) -> None:
    """Print recall, recall of tall words, precision and covered share of the area by size and threshold."""
    print(HEAD.format("side", "confidence", "recall", f"of {TALL} px high", "precision", "area"))
    for side in sides:
        for threshold in thresholds:
            detector = detectors.load(row | {"short_side": side, "confidence": threshold}, "east")
            hits, tall, right, area = [], [], [], []
            for picture, words in labelled:
                height, width = picture.shape[:2]
                boxes = boxes_of(detector, picture)
                covered = area_map(boxes, width, height)
                here = found(words, covered)
                hits += here
                tall += [hit for hit, word in zip(here, words, strict=True) if word[3] - word[1] >= TALL]
                right += found(boxes, area_map(words, width, height))
                area.append(covered.mean())
            print(LINE.format(side, threshold, *map(np.mean, (hits, tall, right, area))), flush=True)


def main() -> None:
    """Print one table for synthetic words and one for real posters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, default=Path("config/detectors.yaml"))
    parser.add_argument("--row", default="east-synthetic")
    parser.add_argument("--model", help="instead of the row's weights")
    parser.add_argument("--fonts", default="/usr/share/fonts")
    parser.add_argument("--posters", type=Path, help="a folder of real posters")
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--skip", type=int, default=0, help="posters of the seeded order that are left out")
    parser.add_argument("--sides", type=int, nargs="+", default=[384])
    parser.add_argument("--confidences", type=float, nargs="+", default=[0.5, 0.7, 0.8, 0.9])
    options = parser.parse_args()
    rows = yaml.safe_load(options.rows.read_text(encoding="utf-8"))["detectors"]
    row = rows[options.row]
    if options.model:
        row = {key: value for key, value in row.items() if key != "sha256"} | {"weights": options.model}
    words = written(options.number, 256, options.fonts)
    print(f"{sum(len(boxes) for _, boxes in words)} held-out words on {len(words)} pictures of 256 x 256")
    report(words, row, [256], options.confidences)
    if options.posters:
        files = sorted(options.posters.iterdir())
        chosen = np.random.default_rng(0).permutation(len(files))[options.skip :][: options.number]
        posters = [decode(files[index].read_bytes()) for index in chosen]
        reference = detectors.load(rows["db"], "db")
        labelled = [(poster, boxes_of(reference, poster)) for poster in posters]
        area = np.mean([area_map(boxes, *poster.shape[1::-1]).mean() for poster, boxes in labelled])
        boxes = sum(len(boxes) for _, boxes in labelled)
        print(f"{boxes} boxes of DB on {len(posters)} real posters, {area:.3f} of their area")
        report(labelled, row, options.sides, options.confidences)


if __name__ == "__main__":
    main()
