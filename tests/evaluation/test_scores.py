import random

from humancentric.core import files, schemas, tables
from humancentric.evaluation import scores

TRANSFER = {
    "dataset": "films", "features": "title.minilm", "protocol": "paper", "metric": "f1_samples", "epochs": 20,
    "runs": [{"seed": seed, "split": "test", "f1_samples": 0.5 + seed / 10, "map": 0.4} for seed in (1, 0)],
}  # fmt: skip
FEWSHOT = {
    "dataset": "tweets", "features": "standard.clip", "metric": "accuracy", "short_classes": {},
    "runs": [{"shots": 5, "repeat": 2, "accuracy": 0.25}],
}  # fmt: skip
CHANCE = {
    "dataset": "films", "metric": "f1_samples",
    "runs": [{"baseline": "top-k", "k": 2, "split": "test", "f1_samples": 0.3},
             {"baseline": "shuffled", "seed": 4, "split": "test", "f1_samples": 0.2}],
}  # fmt: skip


def test_a_run_gives_a_row_per_metric_and_nothing_else():
    assert scores.rows(TRANSFER, "transfer")[0] == {
        "dataset": "films", "task": "transfer", "features": "title.minilm", "split": "test", "protocol": "paper",
        "shots": None, "seed": 1, "metric": "f1_samples", "value": 0.6,
    }  # fmt: skip
    assert len(scores.rows(TRANSFER, "transfer")) == 4


def test_few_shot_rows_have_shots_and_repeats_chance_rows_the_baselines_name():
    few = scores.rows(FEWSHOT, "fewshot")
    assert [(row["shots"], row["seed"], row["split"], row["protocol"]) for row in few] == [
        (5, 2, "test", None)
    ]
    chance = scores.rows(CHANCE, "chance")
    assert [(row["features"], row["seed"], row["value"]) for row in chance] == [
        ("top-k", None, 0.3),
        ("shuffled", 4, 0.2),
    ]


def test_all_files_become_one_sorted_table_whatever_their_order(tmp_path):
    control = {**TRANSFER, "dataset": "recent", "trained_on": "films", "runs": [
        {"seed": 0, "split": split, "map": 0.1} for split in ("test-with-seen", "test")]}  # fmt: skip
    empty = {**TRANSFER, "dataset": "empty", "runs": []}
    cells = {"transfer": [TRANSFER, empty], "control": [control], "fewshot": [FEWSHOT], "chance": [CHANCE]}
    paths = {}
    for task, group in cells.items():
        paths[task] = [str(tmp_path / f"{task}{number}.json") for number in range(len(group))]
        for path, cell in zip(paths[task], group, strict=True):
            files.write_json(path, cell)
    table = scores.gather(paths)
    assert len(table) == 4 + 2 + 1 + 2
    keys = [(row["dataset"], row["task"], row["features"]) for row in table.to_pylist()]
    assert keys == sorted(keys)
    shuffled = {task: random.Random(0).sample(group, len(group)) for task, group in reversed(paths.items())}
    assert scores.gather(shuffled).equals(table)
    assert scores.gather({"chance": paths["chance"][0]}).num_rows == 2
    tables.write(tmp_path / "scores.parquet", table, schemas.SCORES)
    assert tables.read(tmp_path / "scores.parquet", schemas.SCORES).equals(table)


def test_no_files_give_an_empty_table():
    assert scores.gather({"transfer": []}).equals(schemas.SCORES.empty())
