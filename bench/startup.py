"""Measure the startup time of jobs (Python, imports and loading models) relative to their work.

    python bench/startup.py [FOLDER]

Reads the benchmark files and logs of a finished study in FOLDER (default: here). A job's work is the sum of the stages
timed in its log, except `load`; the rest of its seconds is startup. Rules without timed stages are left out.
"""

import csv
import re
import sys
from collections import defaultdict
from pathlib import Path

STAGE = re.compile(r" INFO (?P<name>[^:\n]+): (?P<seconds>[\d.]+) s$", re.MULTILINE)
LOADING = "load"


def jobs(folder: Path):
    """Yield the rule, the seconds and the seconds of work of every job with a benchmark file and a log."""
    for file in sorted((folder / "benchmarks").rglob("*.tsv")):
        path = file.relative_to(folder / "benchmarks").with_suffix(".log")
        log = folder / "logs" / path
        if not log.exists():
            continue
        found = STAGE.findall(log.read_text(encoding="utf-8"))
        work = [float(seconds) for name, seconds in found if name != LOADING]
        if work:
            with file.open() as lines:
                last = list(csv.DictReader(lines, delimiter="\t"))[-1]
            yield path.parts[0].removesuffix(".log"), float(last["s"]), sum(work)


def main():
    """Print one line per rule and one for their sum."""
    sums = defaultdict(lambda: [0, 0.0, 0.0])
    for rule, seconds, work in jobs(Path(sys.argv[1] if len(sys.argv) > 1 else ".")):
        for name in (rule, "all of these"):
            sums[name] = [a + b for a, b in zip(sums[name], (1, seconds, min(work, seconds)), strict=True)]
    print(f"{'rule':18} {'jobs':>5} {'seconds':>8} {'start, each':>12} {'start, share':>13}")
    for rule, (number, seconds, work) in sorted(sums.items(), key=lambda item: item[1][1]):
        start = seconds - work
        print(f"{rule:18} {number:5} {seconds:8.1f} {start / number:12.2f} {start / seconds:13.0%}")


if __name__ == "__main__":
    main()
