"""Real films, covers, tweets and objects read as a user's own tables and class folders, down to the last byte."""

import csv
import json
import os
import shutil
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from humancentric.core.schemas import REJECTS
from humancentric.dataset.samples import split_samples
from humancentric.sources import listing_readers
from humancentric.sources.kinds import picture_reader, picture_source
from humancentric.sources.kinds.mvsa import decode
from humancentric.sources.picture_files import read_shard

DATA = Path(os.environ.get("HUMANCENTRIC_REAL_DATA", "."))


def listed(source: dict, *texts: str) -> dict[str, dict]:
    """Return the listing as ``{id: row}``, none of it with a problem."""
    rows = listing_readers.read(source, {name: name for name in texts}).to_pylist()
    assert not [row for row in rows if row["source_problem"]]
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row for row in rows}


def pictures(source: dict, rows: dict[str, dict]) -> dict[str, bytes]:
    """Return ``{id: bytes}`` of the pictures, none of which may be rejected."""
    samples = [(name, row["image_source"]) for name, row in rows.items()]
    images, rejects = read_shard(samples, picture_reader(picture_source(source)))
    assert not len(rejects), rejects.to_pylist()[:3]
    return dict(zip(images["id"].to_pylist(), images["image"].to_pylist(), strict=True))


def write_csv(path: Path, rows: list[dict]) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def class_folders(root: Path, files: dict[Path, str]) -> dict:
    """Copy the files into folders of their classes; return the source row."""
    for file, label in files.items():
        (root / label).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, root / label / file.name)
    return {"kind": "folder", "root": str(root)}


def test_films_as_json_lines_and_as_a_csv(tmp_path):
    films = [json.loads(line) for line in (DATA / "movies/movies.jsonl").read_text().splitlines()]
    path = tmp_path / "films.jsonl"
    path.write_text("".join(json.dumps(film | {"file": f"{film['id']}.jpg"}) + "\n" for film in films))
    source = {"kind": "table", "path": str(path), "root": str(DATA / "movies/posters"), "id": "id"}
    source |= {"image": "file", "labels": "genre_ids", "release_date": "release_date"}
    rows = listed(source, "title", "overview")
    assert len(rows) == 2261
    for film in films:
        row = rows[str(film["id"])]
        assert (row["title"], row["overview"]) == (film["title"], film["overview"])
        assert row["labels"] == list(dict.fromkeys(map(str, film["genre_ids"])))
        assert str(row["release_date"]) == film["release_date"]
    found = pictures(source, rows)
    assert all(found[name] == (DATA / f"movies/posters/{name}.jpg").read_bytes() for name in rows)
    flat = [film | {"genre_ids": "|".join(map(str, film["genre_ids"]))} for film in films]
    same = source | {"path": write_csv(tmp_path / "films.csv", flat), "separator": "|", "labels": "genre_ids"}
    del same["image"]
    for name, row in listed(same, "title", "overview").items():
        assert row == rows[name] | {"image_source": None, "overview": row["overview"]}
        assert row["overview"] == (rows[name]["overview"] or "")


def test_films_split_by_iterative_stratification(tmp_path):
    films = [json.loads(line) for line in (DATA / "movies/movies.jsonl").read_text().splitlines()]
    source = {"kind": "table", "path": str(DATA / "movies/movies.jsonl"), "id": "id", "labels": "genre_ids"}
    listing = listing_readers.read(source, {"title": "title"})
    split = {"test": 0.2, "validation": 0.1, "kind": "iterative"}
    samples, rejects = split_samples(listing, REJECTS.empty(), {"title": "title"}, split)
    assert len(samples) + len(rejects) == len(films)
    pairs = pl.from_arrow(samples.select(["split", "labels"])).explode("labels")
    counts = Counter(pairs["labels"])
    tested = Counter(pairs.filter(pl.col("split") == "test")["labels"])
    for label, count in counts.items():
        assert tested[label] == pytest.approx(0.2 * count, abs=2 + 0.02 * count), label


def test_covers_as_a_table_and_as_class_folders(tmp_path):
    with (DATA / "books/books.csv").open(encoding="utf-8") as file:
        covers = list(csv.DictReader(file))
    source = {"kind": "table", "path": str(DATA / "books/books.csv"), "root": str(DATA / "books/covers")}
    source |= {"id": "image", "image": "image", "labels": "category"}
    rows = listed(source, "title")
    assert len(rows) == len(covers) == 1236
    assert all(
        (rows[c["image"]]["title"], rows[c["image"]]["labels"]) == (c["title"], [c["category"]])
        for c in covers
    )
    found = pictures(source, rows)
    folder = class_folders(tmp_path, {DATA / "books/covers" / c["image"]: c["category"] for c in covers})
    again = listed(folder)
    assert {name.replace("--", "/") for name in again} == {f"{c['category']}/{c['image']}" for c in covers}
    assert pictures(folder, again) == {f"{c['category']}--{c['image']}": found[c["image"]] for c in covers}


def test_objects_in_class_folders_and_as_a_table(tmp_path):
    root = DATA / "cifar10"
    source = {"kind": "folder", "root": str(root), "layout": "split/class"}
    rows = listed(source)
    assert Counter(row["source_split"] for row in rows.values()) == {"train": 2000, "test": 1000}
    assert Counter(row["labels"][0] for row in rows.values()) == dict.fromkeys(
        sorted(path.name for path in (root / "train").iterdir()), 300
    )
    found = pictures(source, rows)
    assert all(found[name] == (root / row["image_source"]).read_bytes() for name, row in rows.items())
    table = [
        {"id": name, "file": row["image_source"], "label": row["labels"][0], "split": row["source_split"]}
        for name, row in rows.items()
    ]
    source = {"kind": "table", "path": write_csv(tmp_path / "objects.csv", table), "root": str(root)}
    source |= {"id": "id", "image": "file", "labels": "label", "split": "split"}
    assert listed(source) == rows
    assert pictures(source, rows) == found


def test_tweets_in_a_table_of_mixed_encodings_and_in_class_folders(tmp_path):
    root = DATA / "mvsa_single"
    with (root / "labels.csv").open() as file:
        labels = {row["id"]: row["label"] for row in csv.DictReader(file)}
    raw = {name: b" ".join((root / f"data/{name}.txt").read_bytes().split()) for name in labels}
    lines = [
        b'%s,%s.jpg,%s,"%s"\n'
        % (name.encode(), name.encode(), labels[name].encode(), text.replace(b'"', b'""'))
        for name, text in raw.items()
    ]
    (tmp_path / "tweets.csv").write_bytes(b"id,file,label,tweet\n" + b"".join(lines))
    source = {"kind": "table", "path": str(tmp_path / "tweets.csv"), "root": str(root / "data")}
    source |= {"id": "id", "image": "file", "labels": "label"}
    strict = listing_readers.read(source, {"tweet": "tweet"}).to_pylist()
    undecodable = {row["id"] for row in strict if row["source_problem"]}
    assert undecodable == {name for name, text in raw.items() if not is_utf8(text)}
    assert 100 < len(undecodable) < 400
    rows = listed(source | {"encoding": ["utf-8", "gb18030", "latin-1"]}, "tweet")
    assert {name: row["labels"][0] for name, row in rows.items()} == labels
    assert len(rows) == 945
    agreeing = sum(row["tweet"] == decode(raw[name])[0] for name, row in rows.items())
    assert agreeing > 0.99 * 945  # that reader looks at what the characters mean, too
    found = pictures(source, rows)
    folder = class_folders(
        tmp_path / "root", {root / f"data/{name}.jpg": label for name, label in labels.items()}
    )
    again = listed(folder)
    assert pictures(folder, again) == {f"{label}--{name}.jpg": found[name] for name, label in labels.items()}


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
