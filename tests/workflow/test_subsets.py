"""A subset, its card, its leakage and its comparison, made by the engine from a small replica of TMDb."""

import io
import json
import re

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from PIL import Image

from humancentric.report.page import job_records
from running import copy_project, snakemake

VIEWS = {"standard": {"modality": "image"}, "plot": {"modality": "text", "column": "overview"}}
COMMON = {"task": "multi-label", "human_centric": True, "views": VIEWS, "shards": 2}


def poster(seed, quality=95):
    small = np.random.default_rng(seed).integers(0, 256, (9, 6, 3)).astype(np.uint8)
    buffer = io.BytesIO()
    picture = Image.fromarray(small).resize((80, 120), Image.Resampling.BICUBIC)
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def film(number, **more):
    return {
        "id": number,
        "imdb_id": f"tt{number:07d}",
        "title": f"Film {number}",
        "overview": f"The plot of film {number}.",
        "genre_ids": [18],
        "original_language": "en",
        "release_date": f"2000-01-{number:02d}",
        "poster_path": f"/p{number}.jpg",
    } | more


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a project in which a crawl of 24 films, a part of them and a grouped crawl were made."""
    folder = copy_project(tmp_path_factory.mktemp("subset") / "project", results=False)
    films = [film(number) for number in range(1, 25)]
    films[11]["overview"] = "THE PLOT, of film 1"  # film 12 tells the story of film 1
    (folder / "tiny" / "posters").mkdir(parents=True)
    (folder / "tiny" / "catalogue.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in films))
    for number in range(1, 24):  # film 24 has no poster
        data = poster(3, quality=70) if number == 20 else poster(number)  # film 20 looks like film 3
        (folder / "tiny" / "posters" / f"p{number}.jpg").write_bytes(data)
    (folder / "mine.txt").write_text("1\ntt0000002\n12\n24\n20\n999\ntt9999999\n")
    source = {"kind": "tmdb", "replica": "tiny", "released": {"from": "2000-01-01", "to": "2000-12-31"}}
    config = {
        "datasets": {
            "tiny": COMMON | {"source": source, "split": {"test": 0.5}},
            "grouped": COMMON
            | {"source": source, "split": {"test": 0.5}, "leakage": {"group": True}, "shards": 1},
            "part": COMMON | {"source": {"kind": "subset", "of": "tiny", "ids": "mine.txt"}},
        },
        "study": {"datasets": ["tiny"], "controls": {"tiny": ["part"]}, "leakage": True},
    }
    (folder / "mine.yaml").write_text(yaml.safe_dump(config))
    targets = [f"results/{name}/card.md" for name in ("tiny", "part")]
    targets += ["results/grouped/samples.parquet", "leakage"]
    snakemake(folder, "--cores", "2", *targets, "--configfile", "mine.yaml")
    return folder


def table(folder, *place):
    return pq.read_table(folder.joinpath("results", *place)).to_pylist()


def test_a_subset_has_the_splits_and_bytes_of_the_whole_and_a_reason_for_the_rest(made):
    whole = {row["id"]: row for row in table(made, "tiny", "ids.parquet")}
    part = {row["id"]: row for row in table(made, "part", "ids.parquet")}
    assert set(part) == {"1", "2", "12", "20"}
    assert part == {name: whole[name] for name in part}
    rejected = {row["id"]: row["detail"] for row in table(made, "part", "rejects.parquet")}
    assert rejected == {
        "24": "rejected in tiny",
        "999": "not in tiny",
        "tt9999999": "TMDb knows no film of this id",
    }
    resolved = {row["given"]: row["id"] for row in table(made, "part", "resolved.parquet")}
    assert (resolved["tt0000002"], resolved["tt9999999"], resolved["12"]) == ("2", None, "12")


def test_leakage_finds_what_was_planted(made):
    pairs = {(row["id_a"], row["id_b"], row["kind"]) for row in table(made, "tiny", "leakage.parquet")}
    sides = {row["id"]: row["split"] for row in table(made, "tiny", "samples.parquet")}
    planted = {("1", "12"): "same-plot", ("3", "20"): "near-picture"}
    for (one, two), kind in planted.items():
        across = sides[one] != sides[two]
        assert across == bool(
            {(one, two, kind), (two, one, kind)} & {pair for pair in pairs if pair[0] != pair[1]}
        )
    counts = json.loads((made / "results" / "tiny" / "leakage.json").read_text())["compared"]
    assert set(counts) == {"tiny", "part"}
    assert "## Leakage" in (made / "results" / "tiny" / "card.md").read_text()


def test_duplicates_are_on_one_side_where_the_row_asks_for_it(made):
    sides = {row["id"]: row["split"] for row in table(made, "grouped", "samples.parquet")}
    alone = {row["id"]: row["split"] for row in table(made, "tiny", "samples.parquet")}
    assert sides["1"] == sides["12"]
    assert sides["3"] == sides["20"]
    moved = {name for name in sides if sides[name] != alone[name]}
    assert moved <= {"1", "12", "3", "20"}
    assert moved  # one of the two pairs is torn apart by the hash of ids alone


def test_another_lab_s_ids_tell_what_changed_and_rebuild_the_set(made):
    rows = table(made, "tiny", "ids.parquet")
    lines = [
        "id,split,sha256",
        *(f"{row['id']},{row['split']},{row['sha256']}" for row in rows[1:]),
        "77,test,",
    ]
    (made / "theirs.csv").write_text("\n".join(lines))
    (made / "compare.yaml").write_text(
        "datasets:\n  tiny: {compare: theirs.csv}\n  part: {source: {ids: theirs.csv}}\n"
    )
    files = ("--configfile", "mine.yaml", "compare.yaml")
    snakemake(made, "--cores", "2", "compare_ids", "results/part/samples.parquet", *files)
    counts = json.loads((made / "results" / "tiny" / "comparison.json").read_text())
    wanted = {"added": 1, "missing": 1, "other-split": 0, "other-picture": 0, "same": 22}
    assert wanted.items() <= counts.items()
    again = {(row["id"], row["split"]) for row in table(made, "part", "samples.parquet")}
    assert again == {(row["id"], row["split"]) for row in rows[1:]}


def test_a_study_has_a_page_with_a_subset_as_a_control_and_as_a_dataset(made):
    guide = (made / "config" / "README.md").read_text(encoding="utf-8")
    example = yaml.safe_load(re.search(r"```yaml\n(datasets:\n  my-comedies:.*?)```", guide, re.DOTALL)[1])
    row = example["datasets"]["my-comedies"]
    row["source"] = row["source"] | {"of": "tiny", "ids": "halves.txt"}
    (made / "halves.txt").write_text("".join(f"{number}\n" for number in range(1, 24, 2)))
    study = {"datasets": ["tiny", "inside"], "controls": {"tiny": ["my-comedies"]}, "name": "subsets"}
    study |= {"image_encoders": ["pixels"], "text_encoders": [], "leakage": False}
    study |= {"seeds": 1, "shots": {"default": [1]}, "repeats": 1}
    study |= {"chance": [], "zeroshot": [], "galleries": []}
    config = {"study": study, "datasets": {"my-comedies": row, "inside": row}}
    (made / "page.yaml").write_text(yaml.safe_dump(config))
    snakemake(made, "--cores", "2", "results/report.html", "--configfile", "mine.yaml", "page.yaml")
    page = (made / "results" / "report.html").read_text(encoding="utf-8")
    assert "my-comedies" in page
    assert "subset_listing (2)" in page
    layers = job_records.read_graph(made / ".snakemake" / "rule-graph.json").layers()
    assert [
        "samples",
        "subset_images",
        "subset_listing",
    ] in layers  # they read each other, but no job reads itself


def test_a_list_that_is_not_there_is_told_in_one_line(made):
    (made / "absent.yaml").write_text("datasets: {part: {source: {ids: nowhere.txt}}}\n")
    files = ("--configfile", "mine.yaml", "absent.yaml")
    run = snakemake(made, "--cores", "1", "results/part/listing.parquet", *files, check=False)
    assert run.returncode != 0
    assert "nowhere.txt: file is missing; put a list of TMDb or IMDb ids there, one a line" in run.stderr
