"""`snakemake new`: the config that it writes from a user's data runs as it is, to the page."""

import json

import numpy as np
import polars as pl
import pytest
import yaml
from PIL import Image

from own_data import png
from running import copy_project, snakemake

CLASSES = {"calm": "blue", "wild": "red", "plain": "grey"}
WORDS = {
    "calm": "a quiet walk along the lake",
    "wild": "a loud run through the fire",
    "plain": "a room with a chair",
}
ROWS = 36
STUDIES = ("films", "notes", "shop", "flowers")


def made_rows() -> list[dict]:
    return [
        {"number": number, "kind": list(CLASSES)[number % 3], "words": WORDS[list(CLASSES)[number % 3]]}
        for number in range(ROWS)
    ]


def write_data(folder) -> None:
    """Write a CSV with pictures beside it, JSON lines of texts, Parquet with pictures inside, and class folders."""
    (folder / "covers").mkdir()
    films = []
    for row in made_rows():
        file = f"{row['number']:03d}.png"
        (folder / "covers" / file).write_bytes(png(CLASSES[row["kind"]], (70, 90)))
        genres = "|".join(dict.fromkeys([row["kind"], list(CLASSES)[row["number"] % 2]]))
        films.append(
            f"tt{row['number']};{file};{genres};{row['words']}, part {row['number']};{1990 + row['number'] % 9}"
        )
    films[1:1] = [films[0]]  # an id that comes twice
    (folder / "covers" / "035.png").unlink()
    (folder / "films.csv").write_text(
        "\n".join(["imdb_id;poster;genre;plot;year", *films]), encoding="utf-8-sig"
    )
    notes = [
        {
            "key": row["number"],
            "note": f"{row['words']} {row['number']}",
            "sentiment": row["kind"],
            "subset": ("train", "train", "train", "train", "dev", "test")[row["number"] // 3 % 6],
        }
        for row in made_rows()
    ]
    (folder / "notes.jsonl").write_text("".join(json.dumps(row) + "\n" for row in notes))
    cells = [{"bytes": png(CLASSES[row["kind"]], (32, 32)), "path": None} for row in made_rows()]
    shop = pl.DataFrame({"image": cells, "label": [row["kind"] for row in made_rows()]})
    shop.write_parquet(folder / "shop.parquet")
    for row in made_rows():
        path = (
            folder
            / "flowers"
            / ("test" if row["number"] % 4 == 3 else "train")
            / row["kind"]
            / f"{row['number']}.png"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(row["number"])
        Image.fromarray(rng.integers(256, size=(70, 70, 3), dtype=np.uint8)).save(path)


def new(folder, *given: str, check: bool = True) -> str:
    run = snakemake(folder, "--cores", "1", "new", "--config", *given, check=check)
    return run.stdout + run.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project with the configs of four studies, and what the command said of each."""
    folder = copy_project(tmp_path_factory.mktemp("new") / "project", results=False)
    write_data(folder)
    data = {"films": "films.csv", "notes": "notes.jsonl", "shop": "shop.parquet", "flowers": "flowers"}
    said = {
        name: new(
            folder,
            f"name={name}",
            f"data={data[name]}",
            *(["encoders=pixels,tfidf"] if name != "films" else []),
        )
        for name in STUDIES
    }
    return folder, said


def row_of(project, name) -> dict:
    return yaml.safe_load((project[0] / f"{name}.yaml").read_text(encoding="utf-8"))["datasets"][name]


def test_a_table_with_pictures_beside_it(project):
    folder, said = project
    row = row_of(project, "films")
    assert row["source"] == {
        "kind": "table",
        "path": "films.csv",
        "delimiter": ";",
        "id": "imdb_id",
        "root": "covers",
        "image": "poster",
        "labels": "genre",
        "separator": "|",
    }
    assert row["task"] == "multi-label"
    assert row["split"]["kind"] == "iterative"
    assert list(row["views"]) == ["standard", "plot"]
    assert "37 rows, 3 classes" in said["films"]
    assert "1 rows repeat an id" in said["films"]
    assert "2 of 37" not in said["films"]
    assert "1 of 37 pictures are missing, the first: '035.png'" in said["films"]
    assert "snakemake fetch_weights --configfile films.yaml" in said["films"]
    assert "encoders=efficientnet-lite0,minilm" in said["films"]
    study = yaml.safe_load((folder / "films.yaml").read_text())["study"]
    assert study["image_encoders"] == ["rn50", "bit-m", "clip"]


def test_json_lines_with_splits(project):
    row = row_of(project, "notes")
    assert row["source"] == {
        "kind": "table",
        "path": "notes.jsonl",
        "id": "key",
        "labels": "sentiment",
        "split": "subset",
    }
    assert row["splits"] == ["dev"]
    assert row["views"] == {"note": {"modality": "text", "column": "note"}}
    assert "split" not in row


def test_small_pictures_inside_parquet(project):
    row = row_of(project, "shop")
    assert row["source"] == {"kind": "parquet", "path": "shop.parquet", "image": "image", "labels": "label"}
    assert row["min_side"] == 1


def test_class_folders_with_splits(project):
    row = row_of(project, "flowers")
    assert row["source"] == {"kind": "folder", "root": "flowers", "layout": "split/class"}
    assert row["task"] == "single-label"


def test_the_studies_run_to_the_page(project):
    folder, _ = project
    configs = [f"{name}.yaml" for name in STUDIES]
    (folder / "all.yaml").write_text(
        yaml.safe_dump(
            {
                "study": {
                    "datasets": list(STUDIES),
                    "seeds": 1,
                    "repeats": 1,
                    "image_encoders": ["pixels"],
                    "text_encoders": ["tfidf"],
                    "zeroshot": [],
                    "galleries": False,
                    "chance": [],
                }
            }
        )
    )
    command = ["--cores", "1", "--configfile", *configs, "all.yaml", "--"]
    run = snakemake(folder, *command, "check_data")
    said = run.stdout + run.stderr
    assert "films: 37 rows offered, 35 samples" in said  # one picture is missing, one id comes twice
    assert "films: 1 image rejects, missing, e.g. tt35: '035.png' is not a file" in said
    assert "time: about" in said
    assert "![24 random samples of flowers](flowers.png)" in (folder / "results/check/index.md").read_text()
    assert not list((folder / "results").glob("*/embeddings"))
    snakemake(folder, *command, "results/report.html")
    page = (folder / "results/report.html").read_text(encoding="utf-8")
    assert all(name in page for name in STUDIES)


def test_a_file_is_never_written_over(project):
    before = (project[0] / "shop.yaml").read_text()
    assert "shop.yaml is there already; choose another name=" in new(
        project[0], "name=shop", "data=films.csv", check=False
    )
    assert (project[0] / "shop.yaml").read_text() == before


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            ["data=films.csv"],
            "new: name= is not a valid name; use small letters, digits and hyphens: snakemake new --config",
        ),
        (["name=Mine", "data=films.csv"], "new: name=Mine is not a valid name"),
        (["name=cifar10", "data=films.csv"], "new: name=cifar10 is a dataset of the catalogue"),
        (["name=mine"], "new: data is missing; name a table or folder"),
        (["name=mine", "data=film.csv"], "data=film.csv: no such file or folder"),
        (
            ["name=mine", "data=films.csv", "encoders=pixel"],
            "new: encoders: 'pixel' is not an encoder; did you mean",
        ),
    ],
)
def test_a_mistake_is_one_line(project, given, message):
    said = new(project[0], *given, check=False)
    assert message in said
    assert "Traceback" not in said
    assert not (project[0] / "mine.yaml").exists()


def test_its_words_are_for_no_other_command(project):
    run = snakemake(project[0], "--cores", "1", "show_config", "--config", "data=films.csv", check=False)
    assert run.returncode
    assert "config: data is for `snakemake new` only; take it out" in run.stdout + run.stderr


def test_in_another_folder(project, tmp_path):
    (tmp_path / "films.csv").write_bytes((project[0] / "films.csv").read_bytes())
    given = ("name=films", "data=films.csv")
    run = snakemake(project[0], "--cores", "1", "--directory", str(tmp_path), "new", "--config", *given)
    assert "pictures are left out: no picture is in" in run.stdout + run.stderr
    assert (tmp_path / "films.yaml").is_file()
