"""A user's own data through the engine: every kind of source to its samples, pictures from addresses included."""

import threading
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import polars as pl
import pytest
import yaml
from PIL import Image

from humancentric.core import schemas, tables
from running import copy_project, snakemake

COLOURS = ["red", "green", "blue", "black", "white", "yellow"]
KINDS = ("folder", "addresses", "parquet", "saved")
ASKED: Counter[str] = Counter()
PICTURES = {"standard": {"modality": "image"}}


class Counting(SimpleHTTPRequestHandler):
    def do_GET(self):
        ASKED[self.path] += 1
        super().do_GET()

    def log_message(self, *_):
        pass


def write_data(project, port) -> None:
    for number, colour in enumerate(COLOURS * 4):
        path = project / f"data/folder/{'ab'[number % 2]}/{number:02d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 30), colour).save(path)
    files = sorted((project / "data/folder").rglob("*.png"))
    rows = [
        {
            "film": path.stem,
            "genres": f"{path.parent.name}|c",
            "plot": f"plot {path.stem}",
            "director": path.stem[0],
        }
        for path in files
    ]
    addresses = [f"http://127.0.0.1:{port}/{path.relative_to(project / 'data')}" for path in files]
    addresses[3] += ".gone"
    table = pl.DataFrame(rows).with_columns(poster=pl.Series(addresses))
    table.write_ndjson(project / "data/films.jsonl")
    cells = [{"bytes": path.read_bytes(), "path": None} for path in files]
    inside = table.with_columns(picture=pl.Series(cells), part=pl.Series(["train", "dev", "test"] * 8))
    inside.write_parquet(project / "data/films.parquet")
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    words = datasets.Dataset.from_dict({"text": [row["plot"] for row in rows], "label": ["a", "b"] * 12})
    datasets.DatasetDict({"train": words}).save_to_disk(project / "data/saved")


def overlay() -> dict:
    row = {"task": "multi-label", "human_centric": False, "shards": 1, "min_side": 1}
    films = {"id": "film", "labels": "genres", "separator": "|"}
    texts = {"plot": {"modality": "text"}}
    return {
        "downloads": {"private_addresses": True, "requests_per_second": 1000},
        "datasets": {
            "folder": row
            | {
                "source": {"kind": "folder", "root": "data/folder"},
                "task": "single-label",
                "views": PICTURES,
                "split": {"test": 0.25, "validation": 0.25, "kind": "stratified"},
            },
            "addresses": row
            | {
                "source": films | {"kind": "table", "path": "data/films.jsonl", "url": "poster"},
                "views": PICTURES | texts,
                "shards": 2,
                "split": {"test": 0.5, "group": "director"},
            },
            "parquet": row
            | {
                "source": films
                | {"kind": "parquet", "path": "data/films.parquet", "image": "picture", "split": "part"},
                "views": PICTURES | texts,
                "splits": ["dev"],
            },
            "saved": row
            | {
                "source": {"kind": "huggingface", "path": "data/saved", "labels": "label"},
                "task": "single-label",
                "views": {"text": {"modality": "text"}},
                "split": {"test": 0.5, "kind": "stratified"},
            },
        },
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project whose own data have become samples, and in which a second run has nothing to do."""
    project = copy_project(tmp_path_factory.mktemp("own") / "project", results=False)
    handler = partial(Counting, directory=project / "data")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        write_data(project, server.server_port)
        (project / "own.yaml").write_text(yaml.safe_dump(overlay()))
        targets = [f"results/{name}/samples.parquet" for name in KINDS]
        targets.append("results/parquet/embeddings/standard.random/dev.parquet")
        snakemake(project, "--cores", "1", "--configfile", "own.yaml", "--", *targets)
        again = snakemake(project, "--cores", "1", "--configfile", "own.yaml", "--", *targets)
        server.shutdown()
    assert "Nothing to be done" in again.stdout + again.stderr
    return project


def samples(project, name) -> pl.DataFrame:
    return pl.from_arrow(tables.read(project / f"results/{name}/samples.parquet", schemas.SAMPLES))


def rejects(project, name) -> list[tuple[str, str]]:
    table = tables.read(project / f"results/{name}/rejects.parquet", schemas.REJECTS)
    return list(zip(table["id"].to_pylist(), table["reason"].to_pylist(), strict=True))


def test_class_folders(project):
    found = samples(project, "folder")
    assert Counter(found["split"]) == {"train": 12, "validation": 6, "test": 6}
    assert found["id"][0] == "a--00.png"
    assert not rejects(project, "folder")


def test_addresses(project):
    found = samples(project, "addresses")
    assert rejects(project, "addresses") == [("06", "not-found")]
    assert len(found) == 23
    assert found.group_by("director").agg(pl.col("split").n_unique())["split"].to_list() == [1, 1, 1]
    assert set(ASKED.values()) == {1}  # two shards, and a second run
    assert len(ASKED) == 24
    assert not list((project / "results/addresses").glob("spool/pictures/*"))


def test_pictures_in_parquet_files(project):
    found = samples(project, "parquet")
    assert Counter(found["split"]) == {"train": 8, "dev": 8, "test": 8}
    path = project / "results/parquet/embeddings/standard.random/dev.parquet"
    vectors = tables.read(path, schemas.embeddings(256))
    assert vectors["id"].to_pylist() == found.filter(pl.col("split") == "dev")["id"].to_list()


def test_saved_data_sets(project):
    found = samples(project, "saved")
    assert Counter(zip(found["split"], found["labels"].list[0], strict=True)) == {
        (split, label): 6 for split in ("train", "test") for label in ("a", "b")
    }


def test_a_mistake_in_the_data_is_one_line(project):
    wrong = overlay()
    wrong["datasets"]["addresses"]["source"]["labels"] = "genre"
    (project / "wrong.yaml").write_text(yaml.safe_dump({"datasets": wrong["datasets"]}))
    target = "results/addresses/listing.parquet"
    run = snakemake(project, "--cores", "1", "--configfile", "wrong.yaml", "--", target, check=False)
    assert run.returncode != 0
    log = (project / "logs/read_listing/addresses.log").read_text()
    assert log.splitlines()[-1].endswith(
        "ERROR data/films.jsonl: column 'genre' (source.labels) does not exist; did you mean 'genres'?"
    )
    assert "Traceback" not in log
