"""What claims are judged on: few-shot scores, clusters and files in any order; what does not fit is an error."""

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from planted_differences import PLACE, cells, single

import claim_data as made
from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import SAMPLES
from humancentric.evaluation.claims import verdicts
from humancentric.evaluation.sample_scores import read_clusters
from humancentric.study import claim_grid
from probe_data import write_samples
from studies import claim_study


def fewshot_scores(shift: float, items=80, draws=10, seed=0) -> dict[str, np.ndarray]:
    """Return scores (items, draws) of two encoders: a good draw is good for both, and so is an easy item."""
    rng = np.random.default_rng(seed)
    shared = 0.4 + 0.2 * rng.normal(size=(items, 1)) + 0.05 * rng.normal(size=draws)
    noise = {name: 0.05 * rng.normal(size=(items, draws)) for name in ("both", "one")}
    return {"standard.both": shared + shift + noise["both"], "standard.one": shared + noise["one"]}


def test_fewshot_is_tested_over_items_and_draws():
    config = made.configuration({"few": {"task": "fewshot", "views": ["standard"], "rivals": ["one"]}})
    scores = fewshot_scores(0.03)
    contrast = single(made.in_memory(config, {("fewshot", "films"): scores}))
    assert contrast["verdict"] == "reproduced"
    assert (contrast["items"], contrast["seeds"], contrast["mcnemar"]) == (80, 10, None)
    leads = scores["standard.both"] - scores["standard.one"]
    assert contrast["item_error"] == pytest.approx(leads.mean(axis=1).std(ddof=1) / 80**0.5, rel=1e-4)
    assert contrast["seed_error"] == pytest.approx(leads.mean(axis=0).std(ddof=1) / 10**0.5, rel=1e-4)


def test_a_few_shot_method_is_judged_by_its_own_scores(tmp_path):
    row = {"task": "fewshot", "views": ["standard"], "rivals": ["one"]}
    config = made.configuration({"few": row, "means": {**row, "method": "class-mean"}})
    config["study"]["fewshot"] = {"methods": ["prototype", "class-mean"]}
    samples = made.write_samples(
        tmp_path / "films" / "samples.parquet", [f"i{n:04d}" for n in range(80)], ["test"] * 80, [["x"]] * 80
    )
    paths = []
    for folder, method, shift in (("fewshot", {}, 0.0), ("means", {"protocol": "class-mean"}, 0.03)):
        for name, values in fewshot_scores(shift).items():
            paths.append(tmp_path / folder / f"{name}.scores.parquet")
            made.write_fewshot(paths[-1], "films", name, values[:, :, None].astype(np.float32), **method)
    few, means = made.of_files(config, [samples], [], paths)["claims"]
    assert (few["task"], means["task"]) == ("fewshot", "fewshot.class-mean")
    assert (few["verdict"], means["verdict"]) == ("inconclusive", "reproduced")
    assert means["contrasts"][0]["seeds"] == 10


def test_a_lead_that_rests_on_few_items_is_not_found_by_drawing_prototypes_more_often():
    rng = np.random.default_rng(0)
    config = made.configuration({"few": {"task": "fewshot", "views": ["standard"], "rivals": ["one"]}})
    lead = np.where(np.arange(40) < 3, 1.0, 0.0)[:, None]  # three of forty items, in every draw
    scores = {"standard.both": np.repeat(lead, 50, axis=1), "standard.one": np.repeat(lead[::-1], 50, axis=1)}
    scores["standard.one"][-2:] = 0  # and one of the others
    scores["standard.both"][3:30] += rng.random((27, 50)) < 0.02
    contrast = single(made.in_memory(config, {("fewshot", "films"): scores}))
    assert contrast["p"] > 0.05


def test_probes_without_randomness_are_judged_with_one_repetition():
    config = made.configuration({"best": {"rivals": ["one"], "views": ["standard"]}})
    scores = cells({"standard.both": 0.3, "standard.one": 0.0}, seeds=1)
    contrast = single(made.in_memory(config, {PLACE: scores}))
    assert contrast["verdict"] == "reproduced"
    assert (contrast["seeds"], contrast["seed_error"], contrast["seeds_low"]) == (1, None, None)


def test_clusters_widen_intervals_and_leave_mcnemar_out():
    rng = np.random.default_rng(0)
    own = np.repeat(rng.random(40) < 0.62, 10)[:, None].astype(float)
    scores = {"standard.both": own, "standard.one": (rng.random((400, 1)) < 0.5).astype(float)}
    config = made.configuration({"best": {"rivals": ["one"], "views": ["standard"]}})
    single_items = single(made.in_memory(config, {PLACE: scores}))
    together = [f"author {number // 10}" for number in range(400)]
    clustered = single(made.in_memory(config, {PLACE: scores}, clusters=together))
    assert clustered["clusters"] == 40
    assert clustered["error"] > 1.5 * single_items["error"]
    assert (clustered["mcnemar"], single_items["mcnemar"] is None) == (None, False)


def test_files_in_any_order_give_the_same_verdicts(tmp_path):
    config = made.configuration({"best": {"views": ["standard"]}})
    hits = cells({"standard.both": 0.1, "standard.one": 0.0, "standard.two": 0.0}, items=60)
    samples, paths = made.write_study(tmp_path / "a", "films", hits)
    first = made.of_files(config, [samples], paths)
    again = made.of_files(config, [samples], paths[::-1])
    assert first["claims"] == again["claims"]
    order = np.random.default_rng(0).permutation(60)
    ids = [f"i{number:04d}" for number in order]
    others = [made.write_cell(tmp_path / "b", "films", name, v[order], ids) for name, v in hits.items()]
    assert made.of_files(config, [samples], others)["claims"] == first["claims"]


def test_samples_that_are_not_alike_are_told(tmp_path):
    config = made.configuration({"best": {"views": ["standard"]}})
    hits = cells({"standard.both": 0.1, "standard.one": 0.0}, items=30)
    samples, paths = made.write_study(tmp_path, "films", hits)
    made.write_cell(tmp_path, "films", "standard.one", hits["standard.one"][:20])
    with pytest.raises(UserError, match="differ from those of the other cells"):
        made.of_files(config, [samples], paths)
    twice = [f"i{number // 2:04d}" for number in range(30)]
    made.write_cell(tmp_path, "films", "standard.one", hits["standard.one"], twice)
    with pytest.raises(UserError, match="occurs twice"):
        made.of_files(config, [samples], paths)


def test_a_cluster_column_that_is_not_there_is_told(tmp_path):
    config = made.configuration({"best": {"views": ["standard"]}}, films={"cluster": "author"})
    samples, paths = made.write_study(tmp_path, "films", cells({"standard.both": 0.1}, items=20))
    with pytest.raises(UserError, match=r"datasets.films.cluster: .* no text column 'author'"):
        made.of_files(config, [samples], paths)


def test_clusters_whose_names_differ_in_their_normal_form_only_are_one(tmp_path):
    texts = ["René ", unicodedata.normalize("NFD", "René"), "", None]
    columns = {"id": list("abcd"), "split": ["test"] * 4, "labels": [["x"]] * 4, "release_date": [None] * 4}
    path = tmp_path / "samples.parquet"
    tables.write(path, SAMPLES.table(columns).append_column("author", pa.array(texts)), SAMPLES)
    assert read_clusters(path, list("abcd"), "author", "films") == ["author: René", "author: René", "c", "d"]
    tables.write(path, SAMPLES.table(columns).append_column("author", pa.array([None, " ", "", ""])), SAMPLES)
    with pytest.raises(
        UserError, match=r"datasets.films.cluster: column 'author' is empty .*, e.g. a, b; name"
    ):
        read_clusters(path, list("abcd"), "author", "films")


def test_an_empty_test_split_is_not_run(tmp_path):
    config = made.configuration({"best": {"rivals": ["one"], "views": ["standard"]}})
    hits = {name: np.zeros((0, 2)) for name in ("standard.both", "standard.one")}
    samples, paths = made.write_study(tmp_path, "films", hits)
    found = made.of_files(config, [samples], paths)
    assert found["claims"][0]["verdict"] == "not run"
    assert found["cells"] == []


def test_fewshot_files_are_read_by_item_and_draw_with_the_mean_over_shots(tmp_path):
    config = made.configuration(
        {"few": {"task": "fewshot", "views": ["standard"], "rivals": ["one"]}}, films={"cluster": "author"}
    )
    values = {name: v[:, :, None] + [-0.1, 0.1] for name, v in fewshot_scores(0.3, items=60).items()}
    paths = [made.write_fewshot(tmp_path / f"{name}.parquet", "films", name, v) for name, v in values.items()]
    ids = [f"i{number:04d}" for number in range(60)]
    samples = write_samples(tmp_path / "films" / "samples.parquet", ids, ["test"] * 60, [["x"]] * 60)
    authors = pa.array([f"author {number // 5}" for number in range(60)])
    tables.write(samples, tables.read(samples, SAMPLES).append_column("author", authors), SAMPLES)
    found = made.of_files(config, [samples], [], paths)
    contrast = single(found["claims"])
    assert contrast["verdict"] == "reproduced"
    assert (contrast["items"], contrast["clusters"], contrast["seeds"]) == (60, 12, 10)
    assert contrast["value"] == pytest.approx(np.mean(values["standard.both"] - values["standard.one"]))
    assert [row["letters"] for row in found["cells"]] == ["a", "b"]


@pytest.mark.parametrize("protocol", ["tip", "zero-shot-gda"])
def test_a_study_whose_first_protocol_needs_prompts_comes_to_verdicts(config, protocol, tmp_path):
    config["study"] |= {"protocols": [protocol], "claims": {"resamples": 200}}
    config["datasets"]["demo-covers"].pop("cluster")
    study, rng = claim_study(config), np.random.default_rng(0)
    hits: dict[str, dict[str, np.ndarray]] = {}
    for dataset, _, name in claim_grid.cells(study):
        easy = 0.85 if dataset not in study.controls and name.startswith("standard.") else 0.4
        hits.setdefault(dataset, {})[name] = made.right(easy, 200, 3, rng)
    files = [made.write_study(tmp_path, dataset, cells_) for dataset, cells_ in hits.items()]
    samples, paths = zip(*files, strict=True)
    found = verdicts.score(samples, [path for cells_ in paths for path in cells_], [], study, made.REFERENCE)
    told = {claim["claim"]: claim["verdict"] for claim in found["claims"]}
    assert told["masking-lowers"] == told["recent-lower-image"] == "reproduced"
    assert told["best-image"] == "not run"  # no rival shares a space with a text encoder
    assert {row["features"].split(".")[1] for row in found["cells"]} == {"clip-demo"}
