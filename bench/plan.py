"""Seconds that a plan takes, and its jobs: `python bench/plan.py paper`, `large`, `largest`.

CPU seconds beside wall seconds, since a busy machine stretches the second. `paper` is planned twice: the first time the
library is parsed, the second time it is remembered.
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
    # ten million pictures, 2,500 a shard
    "largest": Size(datasets=1, encoders=6, views=6, shards=4000),
}


def measured(project: Path, *args: str) -> dict[str, float]:
    """Return jobs, wall seconds, CPU seconds and the largest memory in MB of one plan."""
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    planned = plan(project, *args)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    seconds = time.perf_counter() - begin
    return {"jobs": planned.total(), "wall": seconds, "cpu": cpu, "memory_mb": after.ru_maxrss / 1024}


def main() -> None:
    """Print what one study's plan takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", choices=["paper", *SIZES])
    asked = parser.parse_args().study
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder) / "project", results=False)
        if asked == "paper":
            for _ in range(2):
                print(measured(project, "--configfile", "config/paper.yaml"))
            return
        (project / "large.yaml").write_text(json.dumps(config(SIZES[asked])), encoding="utf-8")
        found = measured(project, "--configfile", "large.yaml", "--", "results/scores.parquet")
        print(found, "by formula:", sum(jobs(SIZES[asked]).values()))


if __name__ == "__main__":
    main()
