"""Print the peak memory of the jobs of each rule, from the last line of their logs.

    python bench/memory.py [FOLDER]

Reads the logs of a finished study in FOLDER (default: here).
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

PEAK = re.compile(r" INFO memory: (\d+) MB at most$", re.MULTILINE)


def peaks(folder: Path) -> dict[str, list[int]]:
    """Return {rule: peak in MB of each of its jobs}."""
    found = defaultdict(list)
    for log in sorted((folder / "logs").rglob("*.log")):
        logged = PEAK.findall(log.read_text(encoding="utf-8", errors="replace"))
        if logged:
            rule = log.relative_to(folder / "logs").with_suffix("").parts[0]
            found[rule].append(int(logged[-1]))
    return dict(found)


def main() -> None:
    """Print one line per rule, the largest first."""
    found = peaks(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    print(f"{'rule':20} {'jobs':>5} {'largest, MB':>12} {'smallest':>9}")
    for rule, each in sorted(found.items(), key=lambda item: -max(item[1])):
        print(f"{rule:20} {len(each):5} {max(each):12} {min(each):9}")


if __name__ == "__main__":
    main()
