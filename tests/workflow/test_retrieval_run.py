"""Retrieval as a stage of its own, over vectors written by hand: the plan, the files, and what runs again."""

import numpy as np
import pyarrow as pa
import yaml

from humancentric.core import files, schemas, tables
from probe_data import write_embeddings
from running import copy_project, plan, snakemake

ENCODERS = {"random": ("standard", 6), "random-t": ("plot", 6), "tfidf": ("plot", 9)}
CELLS = [f"results/films/retrieval/standard.random+plot.{text}.json" for text in ("random-t", "tfidf")]
STUDY = {
    "study": {
        "name": "pairs",
        "datasets": ["films"],
        "image_encoders": ["random"],
        "text_encoders": ["random-t", "tfidf"],
        "retrieval": {"films": ["standard+plot"]},
        **{"controls": {}, "chance": [], "zeroshot": [], "galleries": [], "fewshot_only": []},
    },
    "datasets": {
        "films": {
            "source": {
                "kind": "table",
                "path": "films.csv",
                "root": "posters/",
                "id": "id",
                "image": "image",
                "labels": "genre",
            },
            "task": "single-label",
            "human_centric": True,
            "views": {"standard": {"modality": "image"}, "plot": {"modality": "text"}},
            "split": {"test": 0.3},
            "shards": 1,
            "cluster": "director",
        }
    },
}


def write_results(folder, number=120):
    """Write samples and embeddings; texts of both encoders are linear in the pictures, with some noise."""
    rng, ids = np.random.default_rng(0), [f"f{n:03d}" for n in range(number)]
    splits = ["test" if n % 3 == 0 else "train" for n in range(number)]
    columns = {"id": ids, "split": splits, "labels": pa.array([["x"]] * number)}
    columns |= {"release_date": pa.nulls(number, pa.date32()), "plot": [f"plot {name}" for name in ids]}
    columns["director"] = [f"director {n // 4}" for n in range(number)]
    tables.write(folder / "samples.parquet", pa.table(columns), schemas.SAMPLES)
    pictures = rng.normal(size=(number, 6))
    for name, (view, width) in ENCODERS.items():
        mixed = pictures if name != "tfidf" else pictures @ rng.normal(size=(6, width))
        vectors = mixed + 0.3 * rng.normal(size=mixed.shape)
        for split in ("train", "test"):
            rows = [row for row, own in enumerate(splits) if own == split]
            path = folder / "embeddings" / f"{view}.{name}" / f"{split}.parquet"
            write_embeddings(path, [ids[row] for row in rows], vectors[rows], encoder=name)


def test_retrieval_runs_over_existing_vectors(tmp_path):
    project = copy_project(tmp_path / "project", results=False)
    write_results(project / "results" / "films")
    (project / "mine.yaml").write_text(yaml.safe_dump(STUDY))
    given = ("--workflow-profile", "profiles/vectors", "--configfile", "mine.yaml", "--cores", "1")
    assert plan(project, *given, "--", *CELLS) == {"retrieval": 2}
    snakemake(project, *given, "--", *CELLS)
    assert not plan(project, *given, "--", *CELLS)
    shared, mapped = (files.read_json(project / path) for path in CELLS)
    assert [run["protocol"].split(":")[0] for run in shared["runs"]] == ["shared", "shared", "map", "map"]
    assert [run["protocol"].split(":")[0] for run in mapped["runs"]] == ["map", "map"]
    assert all(run["mrr"] > 0.5 for run in [*shared["runs"], *mapped["runs"]])
    assert 0.05 < mapped["chance"]["mrr"] < 0.15
    ranks = tables.read(project / CELLS[1].replace("json", "ranks.parquet"), schemas.RANKS)
    assert ranks["id"].to_pylist() == [f"f{n:03d}" for n in range(0, 120, 3)]
    STUDY["study"]["seeds"] = 7  # of heads
    (project / "mine.yaml").write_text(yaml.safe_dump(STUDY))
    assert not plan(project, *given, "--", *CELLS)
