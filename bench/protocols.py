"""Print the scores of a study's protocols on the same features side by side, with the chance baselines.

python bench/protocols.py [results/scores.parquet] [--datasets real-films real-tweets]
"""

import argparse
import sys

import polars as pl

HEADLINES = ("accuracy", "f1_samples")  # a single-label task has no f1_samples, a multi-label one no accuracy


def cells(scores: pl.DataFrame) -> pl.DataFrame:
    """Return the mean and standard deviation (ddof 0) over seeds on the test split, by features and protocol."""
    return (
        scores.filter(pl.col("metric").is_in(HEADLINES) & (pl.col("split") == "test"))
        .filter(pl.col("task").is_in(["transfer", "chance"]))
        .group_by("dataset", "task", "features", "protocol", maintain_order=True)
        .agg(
            pl.col("value").mean().alias("mean"),
            pl.col("value").std(ddof=0).alias("std"),
            pl.len().alias("runs"),
        )
    )


def main() -> None:
    """Print one table per dataset: features by protocol, then the chance baselines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scores", nargs="?", default="results/scores.parquet")
    parser.add_argument("--datasets", nargs="+")
    options = parser.parse_args()
    table = cells(pl.read_parquet(options.scores))
    print("python", *sys.argv)
    for dataset in options.datasets or table["dataset"].unique(maintain_order=True):
        rows = table.filter(pl.col("dataset") == dataset)
        probes = rows.filter(pl.col("task") == "transfer")
        protocols = probes["protocol"].unique(maintain_order=True).to_list()
        print(f"\n{dataset:40s}" + "".join(f"{name:>16s}" for name in protocols))
        found = {(row["features"], row["protocol"]): row for row in probes.to_dicts()}
        for features in probes["features"].unique(maintain_order=True):
            values = (found.get((features, name)) for name in protocols)
            line = "".join(
                f"{100 * row['mean']:9.1f} ±{100 * row['std']:4.1f} " if row else f"{'':16s}"
                for row in values
            )
            print(f"{features:40s}{line}")
        for row in rows.filter(pl.col("task") == "chance").to_dicts():
            print(f"{'chance: ' + row['features']:40s}{100 * row['mean']:9.1f}")


if __name__ == "__main__":
    main()
