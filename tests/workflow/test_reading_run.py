"""The study of reading on twenty pictures whose class is written on them: what it runs, finds, and leaves alone."""

import numpy as np
import pytest
import yaml
from PIL import Image, ImageDraw, ImageFont

from humancentric.core import schemas, tables
from humancentric.core.files import read_json
from running import copy_project, plan, snakemake

WORDS = ("HORROR", "COMEDY")
BOX = (20, 60, 200, 44)
STUDY = {
    "detectors": {"drawn": {"kind": "boxes", "path": "boxes.csv"}},
    "datasets": {
        "tiny": {
            "source": {"kind": "folder", "root": "pictures/", "layout": "class"},
            "task": "single-label",
            "human_centric": True,
            "views": {
                "standard": {"modality": "image"},
                "masked": {"modality": "image", "of": "standard", "detector": "drawn"},
            },
            "split": {"test": 0.4, "kind": "stratified"},
            "shards": 1,
        }
    },
    "study": {
        "name": "tiny",
        "datasets": ["tiny"],
        "image_encoders": ["pixels"],
        "text_encoders": ["tfidf"],
        "controls": {},
        "zeroshot": [],
        "chance": [],
        "galleries": [],
        "protocols": ["gda"],
        "seeds": 2,
    },
}
READING = ("--configfile", "mine.yaml", "reading.yaml", "--", "results/reading.json")
DEFAULT = [f"results/tiny/transfer/{view}.pixels/scores.json" for view in ("standard", "masked")]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project in which the study has run."""
    from matplotlib import font_manager

    folder = copy_project(tmp_path_factory.mktemp("reading") / "project", results=False)
    font = ImageFont.truetype(font_manager.findfont("DejaVu Sans"), 40)
    lines = ["id,x,y,w,h,score"]
    for number in range(20):
        word = WORDS[number % 2]
        path = folder / "pictures" / word.lower() / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(number).integers(150, 200, (180, 240, 3), dtype=np.uint8)
        picture = Image.fromarray(pixels)
        ImageDraw.Draw(picture).text((26, 58), word, font=font, fill=(10, 10, 10))
        picture.save(path)
        lines.append(",".join(map(str, (f"{word.lower()}--{path.name}", *BOX, 0.9))))
    (folder / "boxes.csv").write_text("\n".join(lines) + "\n")
    (folder / "mine.yaml").write_text(yaml.safe_dump(STUDY))
    (folder / "reading.yaml").write_text(yaml.safe_dump({"study": {"reading": {"doses": []}}}))
    snakemake(folder, "--cores", "2", *READING)
    return folder


def test_letters_that_name_the_class_are_found_to_be_needed(project):
    found = read_json(project / "results" / "reading.json")
    cells = {(cell["view"], cell["encoder"]): cell["value"] for cell in found["cells"]}
    assert cells["standard", "pixels"] == cells["text-only", "pixels"] == cells["ocr", "tfidf"] == 1
    assert cells["masked", "pixels"] < 0.9
    assert found["blind"] == {"tiny": 0.5}
    share = BOX[2] * BOX[3] / (240 * 180)
    assert found["areas"]["tiny"]["masked"] == pytest.approx(share)
    assert found["areas"]["tiny"]["random-100"] == pytest.approx(share)
    assert found["areas"]["tiny"]["text-only"] == pytest.approx(1 - share)


def test_the_words_of_every_picture_are_read(project):
    samples = tables.read(project / "results" / "tiny" / "reading" / "samples.parquet", schemas.SAMPLES)
    labels = [names[0] for names in samples["labels"].to_pylist()]
    assert [text.lower() for text in samples["ocr"].to_pylist()] == labels


def test_it_is_finished_and_the_main_study_has_its_own_probes(project):
    assert not plan(project, *READING)
    assert not plan(project, "--configfile", "mine.yaml", "--", *DEFAULT)
