"""Made-up encoders that read letters, see scenes or do both; undecidable data; false alarms; the ratio's interval."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from claim_data import configuration, write_study
from humancentric.core import files, schemas, tables
from humancentric.evaluation import reading
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.claims.evidence import Evidence, Items
from humancentric.study import claim_grid, reading_grid
from simulated_scores import most
from studies import study_of

CLASSES, SIZE = 3, 6  # a code of six numbers a class, for letters and for scenes
TRAIN, SEEDS = 1000, 4
OPTIONS = {"doses": [25, 50, 75], "relevant": 0.05}


def study(resamples=300, **options):
    config = configuration({})
    config["study"] |= {"reading": {**OPTIONS, **options}}
    config["study"]["claims"]["resamples"] = resamples
    return reading_grid.expanded(study_of(config))


def visible(view, hard, draw, aside):
    """Return which items (n,) show letters, scene and sky in a view; `hard` orders the items (n,; 0 to 1).

    The text of an item is one word: at a dose of 25 % it is masked on a quarter of the items. Boxes of the area of
    the text hide a scene on a fifth of them, and random ones a word on a tenth. Text that lies `aside` hides no scene,
    and nothing hides the sky.
    """
    n, (kind, _, number) = len(hard), view.partition("-")
    dose = {"standard": 0, "masked": 100, "mirrored": 0}.get(view, number)
    share = 0 if number == "only" else int(dose) / 100
    letters = (
        hard >= share if kind in ("text", "masked") and number != "only" else draw.random(n) >= 0.1 * share
    )
    scene = draw.random(n) >= (0.0 if aside and kind in ("text", "masked") else 0.2 * share)
    if view == "text-only":
        scene = np.zeros(n, bool)
    return letters & (view != "mirrored"), scene, np.ones(n, bool)


def planted(weights, test=500, seed=0, aside=False, **options):
    """Return what the study finds of encoders with `weights` (of letters, scene and sky), probed on their vectors."""
    draw, own = np.random.default_rng(seed), study(**options)
    truth, hard = draw.integers(CLASSES, size=TRAIN + test), draw.random(TRAIN + test)
    codes = draw.normal(size=(3, CLASSES, SIZE))
    ids, scores = [f"i{number:04d}" for number in range(test)], {}
    for view in ("standard", "masked", *reading_grid.image_views(own)):
        shown = visible(view, hard, np.random.default_rng([seed, 1]), aside)
        for encoder, (letters, scene, *sky) in weights.items():
            every = zip((letters, scene, *(sky or [0.0])), shown, codes, strict=True)
            parts = [weight * seen[:, None] * code[truth] for weight, seen, code in every]
            vectors = np.hstack(parts) + 0.5 * draw.normal(size=(len(truth), 3 * SIZE))
            hits = []
            for own_part in np.split(np.arange(TRAIN), SEEDS):  # heads of other samples stand for seeds
                head = LinearDiscriminantAnalysis().fit(vectors[own_part], truth[own_part])
                hits.append(head.predict(vectors[TRAIN:]) == truth[TRAIN:])
            scores[f"{view}.{encoder}"] = np.stack(hits, axis=1).astype(np.float32)
    items = {("transfer", "films"): Items(ids, ids, scores)}
    return reading.judge(Evidence(items, own), own, {"films": 1 / CLASSES})


def verdicts(found):
    return {claim["claim"]: claim["verdict"] for claim in found["claims"]}


def needs(found):
    return {need["encoder"]: need for need in found["needs"]}


@pytest.fixture(scope="module")
def found():
    """Return a study in which one encoder reads only, one sees only, and one does both."""
    return planted({"both": (1.0, 0.0), "one": (0.0, 1.0), "two": (1.0, 0.3)})


def test_a_reader_needs_letters_a_viewer_does_not_and_a_mixed_one_is_between(found):
    told, need = verdicts(found), needs(found)
    assert told["letters-both"] == told["mirrored-both"] == "reproduced"
    assert told["letters-two"] == told["mirrored-two"] == "reproduced"
    assert told["letters-one"] not in ("reproduced", "reversed")
    assert told["mirrored-one"] not in ("reproduced", "reversed")
    assert need["both"]["share"] == pytest.approx(0.9, abs=0.1)  # random boxes hide a tenth of the words
    assert abs(need["one"]["share"]) < 0.1
    assert 0.15 < need["two"]["share"] < 0.6
    for encoder in need.values():
        assert encoder["share_low"] < encoder["share"] < encoder["share_high"]
    alone = {c["encoder"]: c["value"] for c in found["cells"] if c["view"] == "text-only"}
    assert alone["both"] > 0.9
    assert alone["one"] == pytest.approx(1 / CLASSES, abs=0.1)


def test_the_lead_of_a_reader_needs_letters_the_more_the_higher_the_dose(found):
    assert verdicts(found)["lead"] == "reproduced"
    (contrast,) = found["claims"][0]["contrasts"]
    assert (contrast["setting"], contrast["rivals"]) == ("masked", ["random-100.one", "random-100.two"])
    values = [lead["value"] for lead in found["leads"] if lead["rival"] == "one"]
    assert [lead["dose"] for lead in found["leads"] if lead["rival"] == "one"] == [25, 50, 75, 100]
    assert values == sorted(values)
    cells = {(c["view"], c["encoder"]): c["value"] for c in found["cells"]}
    by_hand = (cells["random-50", "both"] - cells["random-50", "one"]) - (
        cells["text-50", "both"] - cells["text-50", "one"]
    )
    assert values[1] == pytest.approx(by_hand)


def test_a_lead_that_grows_without_letters_is_reversed():
    found = planted({"both": (0.0, 0.6), "one": (1.0, 0.0), "two": (1.0, 0.1)}, doses=[])
    assert verdicts(found)["lead"] == "reversed"


def test_a_lead_that_shrinks_only_as_others_suffer_from_random_boxes_needs_no_letters():
    """Random boxes hit the scene that the rivals see, and text lies aside; nothing ever hides what ours sees."""
    found = planted(
        {"both": (0, 0, 0.5), "one": (0, 1, 0), "two": (0, 1, 0)}, test=1500, aside=True, doses=[]
    )
    assert {lead["low"] > 0 for lead in found["leads"]} == {True}  # the lead alone would say so
    assert verdicts(found)["lead"] not in ("reproduced", "reversed")


def test_a_lead_by_seeing_is_not_said_to_need_letters_and_few_items_are_inconclusive():
    weights = {"both": (0.0, 0.8), "one": (0.0, 0.4), "two": (0.0, 0.5)}
    assert verdicts(planted(weights, test=4000, doses=[]))["lead"] == "not separable"
    few = planted(weights, test=40, doses=[])
    assert set(verdicts(few).values()) == {"inconclusive"}
    (contrast,) = few["claims"][0]["contrasts"]
    assert contrast["power"] < 0.8


def test_without_a_word_in_any_score_there_are_as_many_false_alarms_as_allowed():
    """120 items that letters do not help, 120 simulations; items that are hard are hard in all views."""
    own, runs, alarms = study(150, doses=[]), 120, np.zeros(3)
    families = list(reading_grid.QUESTIONS)
    ids = [f"i{number}" for number in range(120)]
    for run in range(runs):
        draw = np.random.default_rng([5, run])
        easy = draw.uniform(0.3, 0.9, size=len(ids))
        scores = {
            f"{view}.{encoder}": (draw.random((len(ids), 2)) < easy[:, None]).astype(np.float32)
            for view in ("standard", "masked", "random-100", "mirrored")
            for encoder in own.image_encoders
        }
        found = reading.judge(
            Evidence({("transfer", "films"): Items(ids, ids, scores)}, own), own, {"films": 0.3}
        )
        wrong = {c["family"] for c in found["claims"] if c["verdict"] in ("reproduced", "reversed")}
        alarms += [family in wrong for family in families]
    assert (alarms / runs <= most(runs)).all(), dict(zip(families, alarms / runs, strict=True))


def test_intervals_of_a_ratio_hold_the_truth_and_there_is_none_without_a_denominator():
    inside, runs, wanted = 0, 300, 0.25
    ids = [f"i{number}" for number in range(150)]
    for run in range(runs):
        draw = np.random.default_rng([3, run])
        below, lost = draw.random((2, len(ids), 1)) < np.array([0.8, wanted])[:, None, None]
        population = Population(
            "films",
            {("a",): below.astype(float), ("b",): (below & lost).astype(float)},
            ids,
            resamples=200,
            seed=run,
        )
        _, ends = reading.ratio(population.mean(("b",)), population.mean(("a",)))
        inside += ends.low <= wanted <= ends.high
    assert 0.95 - 3 * (0.95 * 0.05 / runs) ** 0.5 <= inside / runs
    few = Population("films", {("a",): np.zeros((9, 1)), ("b",): np.ones((9, 1))}, ids[:9], resamples=100)
    assert reading.ratio(few.mean(("b",)), few.mean(("a",))) is None


def test_files_give_what_scores_in_memory_give(tmp_path):
    own = study(doses=[])
    draw = np.random.default_rng(0)
    views = ("standard", "masked", *reading_grid.image_views(own))
    hits = {f"{v}.{e}": (draw.random((60, 2)) < 0.6).astype(float) for v in views for e in own.image_encoders}
    hits |= {f"ocr.{e}": (draw.random((60, 2)) < 0.4).astype(float) for e in own.text_encoders}
    samples, cells = write_study(tmp_path, "films", hits)
    runs = [
        {"baseline": "majority", "accuracy": 0.5, "split": "test"},
        {"baseline": "shuffled", "shots": 1, "accuracy": 0.9, "split": "test"},
    ]
    files.write_json(tmp_path / "films" / "chance.json", {"metric": "accuracy", "runs": runs})
    masks = []
    for folder, shares in (("masks", [0.1, 0.3]), ("masks/random-100", [0.25, 0.15])):
        path = tmp_path / "films" / folder / "0.parquet"
        columns = {
            "id": ["a", "b"],
            "boxes": [[], []],
            "white_fraction": [0.0, 0.0],
            "masked_fraction": shares,
        }
        tables.write(path, schemas.MASKS.table(columns), schemas.MASKS)
        masks.append(path)
    excerpt = type(own).from_params(claim_grid.excerpt(own))
    found = reading.score([samples], cells, [tmp_path / "films" / "chance.json"], masks, excerpt, own.reading)
    assert found["blind"] == {"films": 0.5}
    assert found["areas"]["films"] == pytest.approx({"masked": 0.2, "random-100": 0.2})
    ids = [f"i{number:04d}" for number in range(60)]
    items = {("transfer", "films"): Items(ids, ids, {k: v.astype(np.float32) for k, v in hits.items()})}
    direct = reading.judge(Evidence(items, own), own, {"films": 0.5})
    assert found["needs"] == direct["needs"]
    assert [c["verdict"] for c in found["claims"]] == [c["verdict"] for c in direct["claims"]]
    assert {c["view"] for c in found["cells"]} == {*views, "ocr"}


def test_without_an_encoder_of_each_kind_there_is_no_lead():
    own = study(doses=[])
    alone = replace(
        own,
        image_encoders=("one", "two"),
        claims=reading_grid.claims(replace(own, image_encoders=("one", "two"))),
    )
    ids = [f"i{number}" for number in range(20)]
    scores = {
        f"{v}.{e}": np.ones((20, 2), np.float32)
        for v in ("standard", "masked", "random-100", "mirrored")
        for e in ("one", "two")
    }
    found = reading.judge(
        Evidence({("transfer", "films"): Items(ids, ids, scores)}, alone), alone, {"films": 0.3}
    )
    assert found["leads"] == []
    assert found["claims"][0]["contrasts"] == []
