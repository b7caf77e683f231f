"""The paper's sentences as contrasts: how many, over which cells, and what the paper's own numbers say to them."""

import pytest

from humancentric.core.files import read_json
from humancentric.evaluation.claims import contrasts
from humancentric.evaluation.claims.claim_cells import comparisons
from humancentric.evaluation.claims.comparisons import Best, Cell
from humancentric.evaluation.claims.printed import Printed
from humancentric.study import claim_grid, feature_sets
from project import ROOT
from studies import claim_study, study_of

REFERENCE = read_json(ROOT / "resources" / "paper_reference.json")
OBJECTS = ("cifar10", "cifar100", "cub-200-2011", "fashion-mnist", "mnist", "svhn")
CONTRASTS = {  # in the paper's study: MVSA has no masked view, Plotster two text views
    **{"best-image": 5, "best-text": 4, "best-pair": 6, "pairs-tie": 1, "best-row": 3},
    **{"masking-lowers": 4, "masking-order": 2},
    **{"tweets-bert": 2, "tweets-bert-tie": 1, "tweets-texts": 1, "replace-image": 1, "replace-text": 1},
    **{"masking-lowers-every": 6, "masking-lowers-pairs": 27, "masked-best": 2, "masked-lead": 2},
    "masked-lead-text": 0,  # needs a view of random boxes
    **{
        f"quoted-{name}-{cells}": 1
        for name in ("covers", "mangolin", "mangolin-inside")
        for cells in ("image", "text", "pair")
    },
    **{"recent-lower-image": 6, "recent-lower-text": 6, "recent-best-image": 2, "recent-best-text": 2},
    **{"recent-order-image": 2, "recent-order-text": 2},
    **{"fewshot-human": 4, "fewshot-objects": 1, "fewshot-objects-each": 6, "fewshot-tweets": 1},
    **{"fewshot-tweets-best": 1, "fewshot-tweets-chance": 1},
    "human-centric": 1,
    "human-centric-probes": 1,
}


@pytest.fixture
def of_paper(paper_config):
    study = claim_study(paper_config)
    return {name: comparisons(row, study) for name, row in study.claims.items()}


def test_the_paper_s_sentences_have_their_contrasts(of_paper):
    assert {name: len(found) for name, found in of_paper.items()} == CONTRASTS


def test_probes_on_the_standard_sets_serve_the_title_and_no_film_counts_twice(paper_config):
    found = claim_study(paper_config)
    [part] = comparisons(found.claims["human-centric-probes"], found)
    assert [cell.task for cell in part.cells()] == ["transfer"] * 3 * 9
    assert part.datasets == ("mvsa", "book-covers", "plotster", *OBJECTS)
    assert len([cell for cell in claim_grid.cells(found) if cell[1] == "transfer"]) >= 90 + 18


def test_contrasts_speak_of_cells_that_the_study_has(of_paper, paper_config):
    study = study_of(paper_config)
    planned = {(dataset, features) for dataset, _, features in claim_grid.cells(study)}
    every = {*feature_sets.transfer_cells(study), *feature_sets.control_cells(study)}
    assert set(claim_grid.cells(study)) == every  # the paper has one protocol and no cell of chance
    fewshot = {
        (name, features)
        for name in claim_grid.datasets(study, "fewshot")
        for features in claim_grid.features(study, name, "fewshot")
    }
    for found in of_paper.values():
        for cell in (cell for part in found for cell in part.cells()):
            assert (cell.dataset, cell.features) in (fewshot if cell.task == "fewshot" else planned)


def test_what_the_paper_prints_agrees_with_its_sentences(paper_config, of_paper):
    rows, printed = claim_study(paper_config).claims, Printed(REFERENCE)
    values = {}
    for name, parts in of_paper.items():
        found = [contrasts.judged(rows[name], part, printed) for part in parts]
        values[name] = [judgement.value for judgement in found if judgement]
    for name in ("best-image", "best-text", "best-pair", "best-row", "masking-lowers", "masked-best"):
        assert len(values[name]) == len(of_paper[name])
        assert min(values[name]) > 0, name
    assert values["pairs-tie"] == pytest.approx([-0.0045])
    assert values["tweets-bert-tie"] == pytest.approx([0.0])
    assert values["recent-lower-image"] == pytest.approx([0.07, 0.097, 0.087])
    assert values["quoted-covers-image"] == pytest.approx([0.5375 - 0.278])
    assert values["quoted-mangolin-pair"] == pytest.approx([0.67 - 0.628])
    assert min(values["masking-lowers-every"]) == pytest.approx(0.1004 - 0.1041)  # RN50 on books rises
    assert values["masked-lead"] == pytest.approx([0.2442 - 0.0817, 0.111 - 0.077])


def test_the_best_row_varies_the_picture_and_keeps_the_text(of_paper):
    found = of_paper["best-row"]
    assert [part.setting for part in found] == [
        "standard+tweet.bert-base", "standard+tweet.bert-large", "standard+tweet.clip-t",
    ]  # fmt: skip
    assert found[0].ours == "standard.clip+tweet.bert-base"
    assert found[0].rivals == ("standard.rn50+tweet.bert-base", "standard.bit-m+tweet.bert-base")


def test_the_standard_sets_are_averaged(of_paper):
    (part,) = of_paper["fewshot-objects"]
    assert len(part.datasets) == 6
    assert len(part.sums) == 2
    weights = [weight for weight, _ in part.sums[0]]
    assert sum(weights) == pytest.approx(0)
    assert max(weights) == pytest.approx(1 / 6)


def test_the_title_s_interaction_takes_the_best_rival_of_every_dataset(of_paper):
    (part,) = of_paper["human-centric"]
    (terms,) = part.sums
    weights = {(type(term).__name__, d): w for w, term in terms for d in [_dataset(term)]}
    assert weights["Cell", "mvsa"] == pytest.approx(1 / 3)
    assert weights["Best", "mvsa"] == pytest.approx(-1 / 3)
    assert weights["Cell", "cifar10"] == pytest.approx(-1 / 6)
    assert weights["Best", "cifar10"] == pytest.approx(1 / 6)
    assert len(weights) == 2 * 9


def _dataset(term: Cell | Best) -> str:
    return term.dataset if isinstance(term, Cell) else term.cells[0].dataset


def test_the_demo_has_contrasts_for_every_sentence(config):
    excerpt = claim_study(config)
    without = {name for name, row in excerpt.claims.items() if not comparisons(row, excerpt)}
    published = {name for name in excerpt.claims if name.startswith("quoted-")}
    assert without == {"masked-lead-text", "tweets-bert-tie", *published}  # other data, views and encoders


def test_a_display_name_is_no_part_of_what_claims_read(config):
    before = claim_study(config)
    config["labels"]["encoders"]["minilm"] = "Other"
    config["study"]["name"] = "other"
    assert claim_study(config) == before


def test_a_study_chooses_its_claims(config):
    config["study"]["claims"] = {"rows": ["best-text"], "resamples": 500}
    excerpt = claim_study(config)
    assert list(excerpt.claims) == ["best-text"]
    assert excerpt.claim_options == {"resamples": 500, "seed": 0}


@pytest.mark.parametrize("protocol", ["tip", "zero-shot-gda"])
def test_claims_take_only_cells_that_the_first_protocol_probes(config, protocol):
    before = claim_grid.excerpt(study_of(config))
    config["study"]["protocols"] = [protocol]
    study = study_of(config)
    probed = {*feature_sets.transfer_cells(study), *feature_sets.control_cells(study)}
    cells = claim_grid.cells(study)
    assert cells
    assert set(cells) <= probed
    assert {features.split(".")[1] for _, _, features in cells} == {"clip-demo"}
    reduced = claim_study(config)
    assert claim_grid.cells(reduced) == cells
    planned = {("control" if d in study.controls else "transfer", d, f) for d, _, f in cells}
    used = {
        (cell.task, cell.dataset, cell.features)
        for row in reduced.claims.values()
        for part in comparisons(row, reduced)
        for cell in part.cells()
        if cell.task != "fewshot"
    }
    assert used
    assert used <= planned
    assert feature_sets.differing_controls(study) == []  # the rivals are not probed
    assert claim_grid.excerpt(study) != before  # so that the job of claims runs again


def test_doses_and_random_boxes_are_no_masking_contrasts(config):
    unmasked = claim_study(config)
    before = {name: comparisons(row, unmasked) for name, row in unmasked.claims.items()}
    config["detectors"]["half"] = {"kind": "stored", "of": "masked", "share": 0.5, "seed": 0}
    config["detectors"]["elsewhere"] = {"kind": "random-boxes", "of": "masked", "seed": 0}
    for view, detector in (("masked-half", "half"), ("boxes", "elsewhere")):
        row = {"modality": "image", "of": "standard", "detector": detector}
        config["datasets"]["demo-movies"]["views"][view] = row
    study = claim_study(config)
    found = {name: comparisons(row, study) for name, row in study.claims.items()}
    [net] = found.pop("masked-lead-text")  # the lead on random boxes minus that on the masked text
    assert before.pop("masked-lead-text") == []
    assert found == before
    weights = {cell.features: weight for weight, cell in net.sums[0]}
    assert weights == {
        "boxes.clip-demo": 1.0, "masked.clip-demo": -1.0,
        "boxes.efficientnet-lite0": -1.0, "masked.efficientnet-lite0": 1.0,
    }  # fmt: skip
    asked = {**study.claims["masking-lowers"], "views": ["boxes"]}
    assert {part.setting for part in comparisons(asked, study)} == {"boxes"}


def subset_of(config, whole, name):
    row = {**config["datasets"][whole], "source": {"kind": "subset", "of": whole, "ids": "ids.txt"}}
    config["datasets"][name] = {key: row[key] for key in row if key not in ("split", "splits")}


def test_a_subset_is_no_temporal_control(config):
    study = claim_study(config)
    before = {name: comparisons(row, study) for name, row in study.claims.items()}
    subset_of(config, "demo-movies", "part")
    config["study"]["controls"]["demo-movies"].append("part")
    study = claim_study(config)
    for name, row in study.claims.items():
        assert comparisons(row, study) == before[name]
    asked = {**study.claims["recent-lower-image"], "controls": "subset"}
    assert {part.datasets for part in comparisons(asked, study)} == {("demo-movies", "part")}


@pytest.mark.parametrize("claim", ["human-centric", "human-centric-probes", "fewshot-objects"])
def test_means_over_datasets_have_no_sample_twice(config, claim):
    row = config["claims"][claim]
    whole = "demo-objects" if claim == "fewshot-objects" else "demo-movies"
    before = comparisons(row, claim_study(config))
    assert before
    assert any(whole in part.datasets for part in before)
    subset_of(config, whole, "part")
    config["study"]["datasets"].append("part")
    assert comparisons(row, claim_study(config)) == before


def test_a_stand_in_serves_no_claim_on_data_of_the_real_world(config):
    study = claim_study(config)
    assert claim_grid.stand_in_note(study) == []  # all data are generated
    config["datasets"]["demo-covers"]["source"] = {"kind": "table", "path": "own/covers.csv"}
    study = claim_study(config)
    assert not study.datasets["demo-covers"].generated
    used = {
        (cell.dataset, name)
        for row in study.claims.values()
        for part in comparisons(row, study)
        for cell in part.cells()
        for _, name in feature_sets.split_features(cell.features)
    }
    assert not {("demo-covers", "clip-demo"), ("demo-covers", "clip-demo-t")} & used
    assert ("demo-movies", "clip-demo") in used
    assert claim_grid.stand_ins(study) == ["clip-demo", "clip-demo-t"]
    [said] = claim_grid.stand_in_note(study)
    assert said.startswith("the study's encoders are efficientnet-lite0, clip-demo, minilm, clip-demo-t; ")
    assert "image_encoders: [rn50, bit-m, clip]" in said
