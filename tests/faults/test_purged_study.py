"""Purge a crawl, a subset of it and their study; even after killed purges, no data of the films are left."""

import base64
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from crawling import TOKEN
from PIL import Image
from safetensors.numpy import load_file

from demo_data.replica.replica import Replica
from edits import LIBRARY
from extended import copy_project
from running import snakemake

FILMS, KILLS = 40, 10
STUDY = {
    "name": "purged",
    "datasets": ["films"],
    "controls": {"films": ["part"]},
    "image_encoders": ["pixels"],
    "text_encoders": ["tfidf"],
    "protocols": ["knn"],
    "seeds": 1,
    "shots": {"default": [1]},
    "repeats": 1,
    "chance": [],
    "zeroshot": [],
    "differences": {},
    "galleries": True,
    "leakage": True,
}
VIEWS = {
    "standard": {"modality": "image"},
    "masked": {"modality": "image", "of": "standard", "detector": "db"},
    "plot": {"modality": "text", "column": "overview"},
}
ROW = {"task": "multi-label", "human_centric": True, "views": VIEWS, "shards": 2}
SOURCE = {"kind": "tmdb", "released": {"from": "1950-01-01", "to": "2019-12-31"}, "years_per_slice": 40}
PURGE = """
import json, os, runpy, signal, sys
from types import SimpleNamespace
scripts, left = sys.argv[1], iter(range(int(sys.argv[2])))
sys.path.insert(0, scripts)
from humancentric.sources.tmdb import expiry
unlink = expiry.remove_file
def killed(path):
    if next(left, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
    return unlink(path)
expiry.remove_file = killed
params = SimpleNamespace(days=0, datasets=["films", "part"])
snakemake = SimpleNamespace(log=["logs/purge.log"], params=params)
runpy.run_path(f"{scripts}/tmdb_purge.py", init_globals={"snakemake": snakemake})
"""


def poster(number):
    """Return a JPEG of large patches in random colours."""
    patches = np.random.default_rng(number).integers(0, 256, (6, 4, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(patches).resize((80, 120), Image.Resampling.NEAREST).save(buffer, "JPEG")
    return buffer.getvalue()


def films(folder):
    """Write a catalogue of films and their posters; return both paths."""
    (folder / "posters").mkdir()
    rows = []
    for number in range(FILMS):
        (folder / "posters" / f"p{number}.jpg").write_bytes(poster(number))
        genre = (18, 35)[number % 2]
        text = f"planted {('drama', 'comedy')[number % 2]} number {number}"
        dates = {"release_date": f"{1950 + number}-05-05", "poster_path": f"/p{number}.jpg"}
        rows.append(
            {
                "id": number + 1,
                "title": f"Title {text}",
                "overview": f"Plot {text}",
                "genre_ids": [genre],
                **dates,
            }
        )
    (folder / "catalogue.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / "catalogue.jsonl", folder / "posters"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return the project of a finished study, and the planted bytes of titles, plots, posters and embeddings."""
    folder = tmp_path_factory.mktemp("purged")
    project = copy_project(folder / "project")
    client = project / LIBRARY / "sources" / "tmdb" / "api.py"
    text = client.read_text(encoding="utf-8")
    assert "stamped=not is_loopback(url)," in text  # content of a replica never expires
    client.write_text(text.replace("stamped=not is_loopback(url),", "stamped=True,"), encoding="utf-8")
    (project / "part.txt").write_text("".join(f"{number}\n" for number in range(1, FILMS, 3)))
    datasets = {
        "films": ROW | {"source": SOURCE, "split": {"test": 0.3}},
        "part": ROW | {"source": {"kind": "subset", "of": "films", "ids": "part.txt"}},
    }
    with Replica(*films(folder), token=TOKEN) as replica:
        tmdb = {"api_url": replica.api_url, "image_url": replica.image_url, "requests_per_second": 1000}
        (project / "purged.yaml").write_text(
            yaml.safe_dump({"study": STUDY, "datasets": datasets, "tmdb": tmdb})
        )
        command = ("--cores", "2", "--configfile", "purged.yaml")
        snakemake(project, *command, TMDB_TOKEN=TOKEN)
        snakemake(project, "--report", "mine.html", *command, TMDB_TOKEN=TOKEN)
    planted = [b" number %d" % number for number in range(FILMS)]
    planted += [path.read_bytes()[200:264] for path in (folder / "posters").iterdir()]
    for path in project.glob("results/*/embeddings/*/*.parquet"):
        vectors = pq.read_table(path)["embedding"].combine_chunks()
        rows = vectors.flatten().to_numpy().reshape(len(vectors), -1)
        planted += [row.tobytes() for row in rows if np.ptp(row)]
    return project, planted


def content(path):
    """Return the bytes of a file, of its decoded columns or tensors, and of its decoded base64 data."""
    data = path.read_bytes()
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        data += repr(table.to_pylist()).encode()
        if "embedding" in table.column_names:
            data += table["embedding"].combine_chunks().flatten().to_numpy().tobytes()
    elif path.suffix == ".safetensors":
        data += b"".join(tensor.tobytes() for tensor in load_file(path).values())
    return data + b"".join(map(base64.b64decode, re.findall(rb"base64,([A-Za-z0-9+/]+={0,2})", data)))


def traces(project, planted):
    """Return the files with planted bytes, and all images and pages, because a resized poster has other bytes."""
    found = []
    for root in ("results", "logs", "benchmarks", ".snakemake"):
        for path in sorted((project / root).rglob("*")):
            data = content(path) if path.is_file() else b""
            if is_shown(path) or any(word in data for word in planted):
                found.append(path.relative_to(project).as_posix())
    return found + [path.name for path in project.glob("*.html")]


def is_shown(path):
    """Return whether a file may hold posters or embeddings in another form: pages, heads and images except figures."""
    return path.suffix in (".html", ".jpg", ".png", ".zip", ".safetensors") and path.parent.name != "figures"


def purge(project, removals=10**9):
    """Run the purge's script; it is killed after `removals` files have been removed."""
    command = [sys.executable, "-c", PURGE, str(project / "workflow" / "scripts"), str(removals)]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


def files_of(project):
    return [path for path in (project / "results").rglob("*") if path.is_file()]


def test_a_purge_that_is_killed_at_ten_points_leaves_nothing_when_it_ends(finished, tmp_path):
    project, planted = finished
    found = {Path(name).name for name in traces(project, planted)}
    assert found >= {"listing.parquet", "samples.parquet", "train.parquet", "0.parquet", "heads.safetensors"}
    assert found >= {"report.html", "mine.html", "1920-1959.parquet", "errors.png"}
    whole = tmp_path / "whole"
    shutil.copytree(project, whole, symlinks=True)
    assert purge(whole).returncode == 0
    assert traces(whole, planted) == []
    kept = {path.relative_to(whole) for path in files_of(whole)}
    assert {"scores.json", "predictions.parquet", "ids.parquet", "card.json"} <= {path.name for path in kept}
    number = len(files_of(project)) - len(kept)
    for turn in range(KILLS):
        copy = tmp_path / f"{turn}"
        shutil.copytree(project, copy, symlinks=True)
        assert purge(copy, number * turn // KILLS).returncode == -signal.SIGKILL
        assert traces(copy, planted)
        ended = purge(copy)
        assert ended.returncode == 0, ended.stderr
        assert traces(copy, planted) == []
        assert {path.relative_to(copy) for path in files_of(copy)} == kept
        shutil.rmtree(copy)


def test_the_target_does_the_same(finished, tmp_path):
    project, planted = finished
    copy = tmp_path / "project"
    shutil.copytree(project, copy, symlinks=True)
    days = yaml.safe_dump({"tmdb": {"keep_days": 1e-9}})
    (copy / "days.yaml").write_text(days)
    snakemake(copy, "tmdb_purge", "--cores", "1", "--configfile", "purged.yaml", "days.yaml")
    assert traces(copy, planted) == []
    assert os.listdir(copy / "results")
