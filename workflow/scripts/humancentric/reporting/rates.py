"""How many samples went through a job: the rows of what it wrote, read from the ends of the files."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from humancentric.reporting.costs import Job

# By rule: where a job's rows are, below results/<dataset>/; {rest} is what the job's name says after the dataset.
WRITTEN = {
    "crawl_slice": "crawl/{rest}.parquet",
    "fetch_posters": "images/standard/{rest}.parquet",
    "fetch_images": "images/standard/{rest}.parquet",
    "read_images": "images/standard/{rest}.parquet",
    "subset_images": "images/standard/{rest}.parquet",
    "hash_images": "hashes/{rest}.parquet",
    "mask_images": "images/{rest}.parquet",
    "mask_images_again": "images/{rest}.parquet",
    "embed_images": "embeddings/{rest}/*.parquet",
    "embed_texts": "embeddings/{rest}/*.parquet",
}
MADE_APART = ("embed_images", "embed_texts")  # whose further splits have jobs called ``view.encoder.split``
TOGETHER = ("train.parquet", "test.parquet")  # the splits of one of their jobs


def counter(results: str | Path) -> Callable[[Job], int]:
    """Return a function that says how many samples a job wrote below `results`; 0 where that is not known."""
    return lambda job: _written(Path(results), job)


def _written(results: Path, job: Job) -> int:
    dataset, _, rest = job.name.partition("/")
    if job.rule not in WRITTEN or not rest:
        return 0
    pattern = WRITTEN[job.rule]
    if job.rule in MADE_APART and rest.count(".") == 2:
        part, _, split = rest.rpartition(".")
        paths = [results / dataset / "embeddings" / part / f"{split}.parquet"]
    else:
        paths = list((results / dataset).glob(pattern.format(rest=rest)))
        if job.rule in MADE_APART:
            paths = [path for path in paths if path.name in TOGETHER]
    return sum(pq.read_metadata(path).num_rows for path in paths if path.is_file())
