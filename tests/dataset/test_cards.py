import datetime
import io
import json
import subprocess
import sys

import mlcroissant
import pytest
from PIL import Image

from humancentric.core import tables
from humancentric.core.files import read_json, write_json
from humancentric.core.schemas import IDS, IMAGES, LISTING, REJECTS, SAMPLES
from humancentric.dataset import card_text, croissant
from humancentric.dataset.card_facts import facts, flat, paper_figures, repetitions, survey
from humancentric.dataset.shareable_ids import identities, ids_digest
from humancentric.study.provenance import card_facts
from project import ROOT, load_config
from studies import study_of

REFERENCE = read_json(ROOT / "resources" / "paper_reference.json")
ROWS = [  # id, split, labels, release date, title, overview
    ("1", "train", ["War", "Drama"], datetime.date(1999, 3, 1), "One", "aaaa"),
    ("2", "train", ["Drama"], datetime.date(1999, 12, 31), "Two", "aa"),
    ("3", "test", ["War"], datetime.date(2003, 1, 1), "One", "bbbbbb"),
    ("4", "test", ["War"], None, "Four \U0001f3ac", "cccc"),
]


def png(shade, size=(8, 12)):
    buffer = io.BytesIO()
    Image.new("RGB", size, (shade, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a small dataset: four samples, three pictures of which two are the same, two rejects."""
    ids, splits, labels, dates, titles, plots = map(list, zip(*ROWS, strict=True))
    texts = {"title": titles, "overview": plots}
    schema = SAMPLES.empty("title", "overview").schema
    columns = {"id": ids, "split": splits, "labels": labels, "release_date": dates, **texts}
    tables.write(tmp_path / "samples.parquet", schema.empty_table().from_pydict(columns, schema), SAMPLES)
    schema = LISTING.empty("title", "overview", "source_fetched_at").schema
    listed = {
        "id": [*ids, "5", "6"],
        "labels": [*labels, [], ["War"]],
        "release_date": [*dates, None, None],
        "image_source": [None] * 6,
        "title": [*titles, "Five", "Six"],
        "overview": [*plots, "", "dd"],
        "source_fetched_at": ["2026-01-02T00:00:00+00:00"] * 5 + ["2026-01-04T00:00:00+00:00"],
    }
    counts = {"total_results": 7, "shortfall": 1, "repeated": 2, "malformed": 0, "requests": 3, "films": 6}
    counts |= {"released": ["1880-01-01", "2021-01-05"], "fetched": []}
    table = schema.empty_table().from_pydict(listed, schema)
    tables.write(tmp_path / "listing.parquet", table, LISTING, counts)
    rejected = {
        "id": ["5", "6"],
        "stage": ["listing", "image"],
        "reason": ["no-label", "missing"],
        "detail": ["", ""],
    }
    tables.write(tmp_path / "rejects.parquet", REJECTS.table(rejected), REJECTS)
    for shard, rows in {"0": [("1", png(1)), ("4", png(2, (10, 20)))], "1": [("3", png(1))]}.items():
        pictures = {
            "id": [name for name, _ in rows],
            "image": [data for _, data in rows],
            "width": [Image.open(io.BytesIO(data)).width for _, data in rows],
            "height": [Image.open(io.BytesIO(data)).height for _, data in rows],
        }
        tables.write(tmp_path / "images" / "standard" / f"{shard}.parquet", IMAGES.table(pictures), IMAGES)
    return tmp_path


def shards(folder):
    return sorted((folder / "images" / "standard").iterdir())


def told(folder, dataset="plotster"):
    return facts(
        card_facts(study_of(load_config()), dataset),
        tables.read(folder / "listing.parquet", LISTING),
        tables.read_metadata(folder / "listing.parquet"),
        tables.read(folder / "samples.parquet", SAMPLES),
        tables.read(folder / "rejects.parquet", REJECTS),
        survey(shards(folder)),
        REFERENCE,
    )


def described(folder):
    pictures = survey(shards(folder))
    ids = identities(tables.read(folder / "samples.parquet", SAMPLES), pictures.sha256)
    tables.write(folder / "ids.parquet", ids, IDS)
    named = {name: [folder / f"{name}.parquet"] for name in ("samples", "rejects", "listing", "ids")}
    parts = croissant.parts(folder, {**named, "pictures": shards(folder)})
    return croissant.describe(told(folder), parts)


def test_facts_are_those_counted_by_hand(folder):
    found = told(folder)
    assert (found["offered"], found["samples"], found["rejected"]) == (6, 4, 2)
    assert found["splits"] == {"train": 2, "test": 2}
    assert found["labels"] == {"War": {"train": 1, "test": 2}, "Drama": {"train": 2, "test": 0}}
    assert found["labels_per_sample"] == 1.25
    assert found["years"] == {"1999": {"train": 2, "test": 0}, "2003": {"train": 0, "test": 1}}
    assert found["released"] == {"first": "1999-03-01", "last": "2003-01-01"}
    assert found["fetched"] == {"first": "2026-01-02T00:00:00+00:00", "last": "2026-01-04T00:00:00+00:00"}
    assert found["counts"]["shortfall"] == 1
    assert found["rejects"] == [
        {"stage": "image", "reason": "missing", "samples": 1},
        {"stage": "listing", "reason": "no-label", "samples": 1},
    ]
    plot = {"characters": 4.0, "shortest": 2, "longest": 6, "distinct": 4, "repeated": 0, "across": 0}
    assert found["texts"]["plot"] == plot
    assert found["texts"]["title"]["characters"] == (3 + 3 + 3 + 6) / 4  # characters, not bytes
    assert (found["texts"]["title"]["repeated"], found["texts"]["title"]["across"]) == (2, 1)


def test_pictures_are_counted_weighed_and_compared(folder):
    found = told(folder)["pictures"]
    assert (found["number"], found["bytes"]) == (3, 2 * len(png(1)) + len(png(2, (10, 20))))
    assert found["height"] == {"least": 12, "median": 12, "most": 20}
    assert found["sizes"][0] == {"width": 8, "height": 12, "number": 2}
    assert (found["distinct"], found["repeated"], found["across"]) == (2, 2, 1)


def test_repetitions_inside_training_do_not_cross_the_split():
    found = repetitions(
        ["a", "a", "b", "b", None, None], ["train", "train", "test", "validation", "train", "test"]
    )
    assert found == {"distinct": 2, "repeated": 4, "across": 0}


def test_the_digest_of_ids_does_not_depend_on_their_order_and_is_that_of_sort_and_sha256sum():
    assert ids_digest(["b", "a"]) == ids_digest(["a", "b"])
    shell = subprocess.run(["sha256sum"], input=b"a\nb\n", capture_output=True, check=True)
    assert shell.stdout.split()[0].decode() == ids_digest(["a", "b"])


def test_the_paper_s_figures_stand_beside_ours(folder):
    rows = card_text.paper(told(folder))
    assert ("samples", "4", "207,902") in rows
    assert ("train", "2", "189,185") in rows
    assert ("test", "2", "18,717") in rows
    assert ("labels per sample", "1.25", "1.70") in rows
    assert ("characters a plot, mean", "4.00", "310.80") in rows
    assert ("characters a title, mean", "3.75", "18.60") in rows
    assert paper_figures(REFERENCE, "plotster-recent") == {"samples": 20280}
    assert paper_figures(REFERENCE, "plotster-mangolin") == {"offered": 10594, "samples": 10554}
    assert paper_figures(REFERENCE, "my-own") == {}


def test_a_card_says_what_it_should(folder):
    found = told(folder)
    kinds = {"same-plot": {"pairs": 3, "samples": 2}, "near-picture": {"pairs": 1, "samples": 1}}
    compared = {"plotster": {"samples": 9, "twins": 2, "kinds": kinds}}
    found["leakage"] = {"twin_kinds": ["near-picture", "same-plot"], "compared": compared}
    card = card_text.render(found)
    for line in (
        "| listing: no-label | 1 |",
        "| War | 1 | 2 | 3 |",
        "| 1990s | 2 | 0 | 2 |",
        "| 2003 | 0 | 1 | 1 |",
        "| counted but never returned | 1 |",
        "| release dates asked for | 1880-01-01 to 2021-01-05 |",
        "| fetched | 2026-01-02T00:00:00+00:00 to 2026-01-04T00:00:00+00:00 |",
        "| plotster | the same plot | 3 | 2 |",
        "| plotster | any of: near picture, same plot |  | 2 of 9 |",
        "| samples | 4 | 207,902 |",
    ):
        assert line in card
    assert "- **Licence**: TMDB's API terms of use" in card
    assert "not endorsed, certified, or otherwise approved by TMDB" in card
    assert found["ids_sha256"] in card
    assert "The pictures and texts are not distributed with this card" in card


def test_a_card_without_pictures_dates_and_licence(folder):
    config = load_config()
    config["datasets"]["mine"] = {
        "source": {"kind": "table"},
        "task": "multi-label",
        "human_centric": True,
        "views": {"title": {"modality": "text"}},
        "shards": 1,
    }
    samples = tables.read(folder / "samples.parquet", SAMPLES)
    found = facts(
        card_facts(study_of(config), "mine"),
        samples,
        {},
        samples.slice(0, 0),
        REJECTS.empty(),
        survey([]),
        REFERENCE,
    )
    card = card_text.render(found)
    assert "- **Licence**: unknown" in card
    assert "## Pictures" not in card
    assert "| **used** | 0 |" in card


def test_the_croissant_description_is_valid_and_reads_the_tables(folder, monkeypatch):
    def offline(*_, **__):
        raise AssertionError("a description is checked without the network")

    monkeypatch.setattr("socket.socket.connect", offline)
    write_json(folder / "croissant.json", described(folder))
    dataset = mlcroissant.Dataset(folder / "croissant.json")
    issues = dataset.metadata.ctx.issues
    assert not issues.errors
    assert {warning.rsplit('"', 2)[1] for warning in issues.warnings} <= {
        "http://mlcommons.org/croissant/citeAs"
    }
    read = {sets.id: list(dataset.records(sets.id)) for sets in dataset.metadata.record_sets}
    assert {name: len(rows) for name, rows in read.items()} == {
        "samples": 4, "rejects": 2, "listing": 6, "ids": 4, "pictures": 3,
    }  # fmt: skip
    assert read["samples"][0]["samples/labels"] == [b"War", b"Drama"]
    assert read["samples"][0]["samples/overview"] == b"aaaa"
    assert {row["pictures/id"] for row in read["pictures"]} == {b"1", b"3", b"4"}


def test_a_description_tells_a_file_that_was_changed(folder):
    write_json(folder / "croissant.json", described(folder))
    files = {part["@id"]: part for part in read_json(folder / "croissant.json")["distribution"]}
    parts = croissant.parts(folder, {"samples": [folder / "samples.parquet"]})
    assert files["samples.parquet"]["sha256"] == parts[0].sha256
    assert files["images/standard/1.parquet"]["contentSize"].endswith(" B")


def test_nothing_of_the_content_is_in_what_is_passed_on(folder):
    told_ids = json.dumps(read_json_of_ids(folder))
    for text in ("aaaa", "bbbbbb", "One", "War"):
        assert text not in told_ids


def read_json_of_ids(folder):
    pictures = survey(shards(folder))
    table = identities(tables.read(folder / "samples.parquet", SAMPLES), pictures.sha256)
    assert table.schema.names == ["id", "split", "sha256"]
    assert table["sha256"].to_pylist()[1] is None  # a sample without a picture
    return table.to_pylist()


def test_nested_counts_become_lines():
    counts = {
        "ties": {"0.5": 11},
        "halves": "even",
        "files": {"a": {"sha256": None}},
        "none": [],
        "days": [1, 2],
    }
    assert flat(counts | {"zero": 0}) == {"ties 0.5": 11, "halves": "even", "days": "1, 2", "zero": 0}


def test_a_card_imports_no_learning_library():
    code = (
        "import sys\nfrom humancentric.dataset import card_facts, card_text, croissant\n"
        "print(sorted({'torch', 'sklearn', 'scipy', 'PIL'} & set(sys.modules)))"
    )
    path = str(ROOT / "workflow" / "scripts")
    run = subprocess.run([sys.executable, "-c", code], cwd=path, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
