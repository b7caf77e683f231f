"""Costs: benchmark files added up, broken ones forgiven, samples a second from what the jobs wrote."""

import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humancentric.report.page import job_records

HEAD = "s\th:m:s\tmax_rss\tcpu_time\n"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def benchmarks(tmp_path):
    folder = tmp_path / "benchmarks"
    write(folder / "embed_images" / "films" / "standard.clip.tsv", f"{HEAD}4\t0:00:04\t100\t3.5\n")
    write(folder / "embed_images" / "films" / "standard.clip.late.tsv", f"{HEAD}1\t0:00:01\t80\tNA\n")
    write(folder / "embed_images" / "films" / "masked.clip.tsv", f"{HEAD}3\t0:00:03\t-\t1\n")
    write(folder / "embed_images" / "others" / "standard.clip.tsv", f"{HEAD}99\t0:01:39\t9\t1\n")
    write(folder / "embed_images" / "films" / "cut.off.tsv", "s\tmax")
    write(folder / "crawl.tsv", f"{HEAD}9\t0:00:09\tNA\tNA\n")
    return folder


def test_costs_add_up_and_forgive_broken_files(benchmarks, tmp_path):
    crawl, embed = job_records.costs(job_records.jobs(benchmarks, {"others"}))
    assert (embed.rule, embed.jobs, embed.seconds, embed.longest) == ("embed_images", 3, 8, 4)
    assert (embed.processor, embed.memory) == (4.5, 100)
    assert math.isnan(crawl.memory)
    assert math.isnan(crawl.processor)
    assert math.isnan(embed.rate)
    assert job_records.jobs(tmp_path / "nowhere") == []


def test_the_slowest_jobs_come_first_with_their_names(benchmarks):
    found = job_records.slowest(job_records.jobs(benchmarks), 2)
    assert [(job.rule, job.name) for job in found] == [
        ("embed_images", "others/standard.clip"),
        ("crawl", ""),
    ]


def test_samples_a_second_are_of_the_jobs_whose_rows_are_there(benchmarks, tmp_path):
    folder = tmp_path / "results" / "films" / "embeddings" / "standard.clip"
    folder.mkdir(parents=True)
    for split, rows in {"train": 30, "test": 10, "late": 5}.items():
        pq.write_table(pa.table({"id": [str(row) for row in range(rows)]}), folder / f"{split}.parquet")
    found = job_records.costs(
        job_records.jobs(benchmarks, {"others"}), job_records.counter(tmp_path / "results")
    )
    embed = next(cost for cost in found if cost.rule == "embed_images")
    assert (embed.items, embed.counted) == (45, 5)  # 40 in 4 s and 5 in 1 s; masked.clip left nothing
    assert embed.rate == 9


def test_measures_of_embeddings_are_read_beside_the_benchmarks(benchmarks):
    write(benchmarks / "embed_images" / "films" / "standard.clip.json", '{"rate": 5.0}')
    write(benchmarks / "embed_images" / "others" / "standard.clip.json", '{"rate": 9.0}')
    assert job_records.measures(benchmarks, {"others"}) == [
        {"rule": "embed_images", "name": "films/standard.clip", "rate": 5.0}
    ]
    assert len(job_records.jobs(benchmarks)) == 5
