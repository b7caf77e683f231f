"""What a purge leaves behind: every file below the project is searched for planted titles and posters."""

import json
import os
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from humancentric.core import tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.schemas import IMAGES, LISTING
from humancentric.core.tables import stream
from humancentric.sources.tmdb import expiry
from humancentric.sources.tmdb.discover import table_of
from humancentric.sources.tmdb.expiry import expired, remove, require_removed
from tmdb_films import film

OLD = "2026-01-01T00:00:00+00:00"
LIMIT = datetime(2026, 3, 1, tzinfo=UTC)
PLANTED = (b"The planted title", b"planted poster bytes")
MADE = (
    *("samples.parquet", "rejects.parquet", "masks/0.parquet", "images/masked/0.parquet", "groups.parquet"),
    *(
        "embeddings/standard.clip/train.parquet",
        "neighbours/standard.clip.png",
        "audit/view.masked.worst.png",
    ),
    *(
        "audit/pictures/view.masked.parquet",
        "transfer.knn/standard.clip/heads.safetensors",
        "hashes/0.parquet",
    ),
    *("crawl/.2001.parquet.77.tmp", "images/standard/.1.parquet.78.tmp", "transfer/.scores.json.79.tmp"),
    *("spool/embeddings/standard.clip/0", "spool/crawl/.2001.leaving/page.json"),
)
RESULTS = ("ids.parquet", "card.md", "transfer.knn/standard.clip/scores.json", "fewshot/standard.clip.json")


def plant(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b" ".join(PLANTED))


def crawled(dataset):
    """Write a dataset as a finished study leaves it, with planted content in each file that shows or encodes films."""
    films = table_of([film(1, title=PLANTED[0].decode(), fetched_at=OLD)])
    for name in ("crawl/1999.parquet", "listing.parquet"):
        tables.write(dataset / name, films, LISTING, {"fetched": []})
    with stream(dataset / "images/standard/0.parquet", IMAGES) as table:
        table.append({"id": "1", "image": PLANTED[1], "width": 1, "height": 1})
        table.describe({"fetched": [OLD, OLD]})
    spool = DownloadCache(dataset / "spool/crawl/1999")
    spool.commit(**{"1999.parquet": dataset / "crawl/1999.parquet"})
    for name in MADE:
        plant(dataset / name)
    for name in RESULTS:
        (dataset / name).parent.mkdir(parents=True, exist_ok=True)
        (dataset / name).write_text("0.5")
    (dataset / "card.json").write_text(json.dumps({"fetched": {"first": OLD, "last": OLD}}))


@pytest.fixture
def project(tmp_path):
    """Return a project with a crawl, its subset and everything that shows them, and with data of a user."""
    results = tmp_path / "project" / "results"
    crawled(results / "films")
    crawled(results / "part")
    for name in ("galleries/films/errors.png", "galleries/films/gallery.json", "figures/masking-films.png"):
        plant(results / name)
    plant(results / "report.html")
    page = b"<!doctype html><html><head><title>Snakemake Report</title>" + b" ".join(PLANTED)
    (results.parent / "out.html").write_bytes(page)
    with zipfile.ZipFile(results.parent / "out.zip", "w") as archive:
        archive.writestr("out/report.html", page)
        archive.writestr("out/data/errors.png", PLANTED[1])
    (results / "covers").mkdir()
    (results / "covers" / "samples.parquet").write_text("of a user")
    (results.parent / "page.html").write_text("<title>Of a user</title>")
    return results.parent


def traces(folder):
    """Return the files below `folder` with planted content, in tables as well."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        if data[:4] == b"PAR1" == data[-4:]:
            data += repr(pq.read_table(path).to_pylist()).encode()
        if path.suffix == ".zip" or any(word in data for word in PLANTED):
            found.append(path.relative_to(folder).as_posix())
    return found


def purged(project, of_study=()):
    return remove(expired(project / "results", LIMIT, of_study))


def test_nothing_planted_is_left_and_results_and_data_of_users_are(project):
    assert len(traces(project)) > 40
    removed, left = purged(project)
    assert removed
    assert left == []
    assert traces(project) == []
    for name in (*RESULTS, "card.json"):
        assert (project / "results" / "films" / name).is_file()
    assert (project / "results" / "covers" / "samples.parquet").read_text() == "of a user"
    assert (project / "page.html").is_file()
    assert expired(project / "results", LIMIT) == []


@pytest.mark.parametrize("share", [step / 10 for step in range(10)])
def test_a_purge_that_was_killed_goes_on(project, monkeypatch, share):
    number = int(share * sum(1 for _ in project.rglob("*.*")))
    unlink, calls = expiry.remove_file, iter(range(number))

    def killed(path):
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return unlink(path)

    with monkeypatch.context() as patch:
        patch.setattr(expiry, "remove_file", killed)
        try:
            purged(project)
        except KeyboardInterrupt:
            assert traces(project)
    purged(project)
    assert traces(project) == []


@pytest.mark.parametrize("table", ["crawl/1999.parquet", "listing.parquet", "images/standard/0.parquet"])
@pytest.mark.parametrize("damage", [b"", b"PAR1 no table PAR1", None])
def test_a_damaged_table_is_removed_with_everything_beside_it(project, table, damage):
    path = project / "results" / "films" / table
    path.write_bytes(path.read_bytes()[:-20] if damage is None else damage)
    assert f"{path}: damaged, so that its age is unknown" in map(str, expired(project / "results", LIMIT))
    purged(project)
    assert traces(project) == []


@pytest.mark.parametrize("of_study", [True, False])
def test_what_was_made_of_a_listing_that_is_gone_is_removed(project, of_study):
    films = project / "results" / "films"
    for name in ("crawl", "listing.parquet", "images/standard", "spool"):
        shutil.rmtree(films / name) if (films / name).is_dir() else (films / name).unlink()
    if of_study:
        (films / "card.json").unlink()
    purged(project, ["films"] if of_study else [])
    assert traces(project) == []


def test_a_gallery_is_removed_though_the_dataset_is_gone(project):
    for name in ("films", "part"):
        shutil.rmtree(project / "results" / name)
    purged(project, ["films"])
    assert traces(project) == []


@pytest.mark.parametrize("name", ["films", "films/images", "films/images/standard/0.parquet"])
def test_posters_behind_a_link_to_another_disk_are_removed(project, tmp_path, name):
    disk, place = tmp_path / "disk", project / "results" / name
    disk.mkdir()
    place.rename(disk / "moved")
    place.symlink_to(disk / "moved")
    assert purged(project)[1] == []
    assert traces(project) == []
    assert traces(disk) == []


def test_what_cannot_be_removed_is_listed_and_stops_the_job(project, monkeypatch):
    kept = project / "results" / "films" / "samples.parquet"
    unlink = Path.unlink

    def refuse(path, missing_ok=False):
        if path == kept:
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    removed, left = purged(project)
    assert left == [(kept, "Permission denied")]
    assert str(kept) not in {str(item.path) for item in removed}
    assert traces(project) == ["results/films/samples.parquet"]
    with pytest.raises(UserError, match=r"samples\.parquet: not removed \(Permission denied\)"):
        require_removed(left)
    monkeypatch.undo()
    assert purged(project)[1] == []
    assert traces(project) == []


def test_a_killed_crawl_and_a_young_one(tmp_path):
    results = tmp_path / "results"
    remains = results / "films" / "crawl" / ".2001.parquet.77.tmp"
    plant(remains)
    assert expired(results, LIMIT, ["films"]) == []  # written today
    os.utime(remains, (LIMIT.timestamp() - 1,) * 2)
    assert [str(item) for item in expired(results, LIMIT, ["films"])] == [f"{remains}: left by a killed job"]
    assert expired(results, LIMIT) == []  # of nobody's crawl


def test_an_orphan_whose_card_is_young_stays(tmp_path):
    films = tmp_path / "results" / "films"
    plant(films / "samples.parquet")
    (films / "card.json").write_text(json.dumps({"fetched": {"first": "2026-06-01T00:00:00+00:00"}}))
    assert expired(films.parent, LIMIT, ["films"]) == []
