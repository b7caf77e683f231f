"""Measure the time of a dry run, and count its jobs: `python bench/plan.py paper`, `large` or `largest`.

Both CPU and wall seconds are printed, because wall seconds depend on other load. `paper` is planned twice: the first
plan parses the library, the second one reads the cached result.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "workflow" / "scripts")]

from large_study import Size, config, jobs  # noqa: E402
from running import copy_project, plan  # noqa: E402

SIZES = {
    "large": Size(datasets=10, encoders=30, views=6, shards=100),
    # ten million images, 2,500 per shard
    "largest": Size(datasets=1, encoders=6, views=6, shards=4000),
}


def measured(project: Path, *args: str) -> dict[str, float]:
    """Return jobs, wall seconds, CPU seconds and peak memory in MB of one plan."""
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    planned = plan(project, *args)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    seconds = time.perf_counter() - begin
    return {"jobs": planned.total(), "wall": seconds, "cpu": cpu, "memory_mb": after.ru_maxrss / 1024}


def main() -> None:
    """Print time, memory and jobs of one study's plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", choices=["paper", *SIZES])
    study = parser.parse_args().study
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder) / "project", results=False)
        if study == "paper":
            for _ in range(2):
                print(measured(project, "--configfile", "config/paper.yaml"))
            return
        (project / "large.yaml").write_text(json.dumps(config(SIZES[study])), encoding="utf-8")
        found = measured(project, "--configfile", "large.yaml", "--", "results/scores.parquet")
        print(found, "by formula:", sum(jobs(SIZES[study]).values()))


if __name__ == "__main__":
    main()
