"""The checks of planted structure in generated data: found, lost, and the tolerance around chance."""

import reporting_scores as made
from humancentric.report.page.checks import checks
from humancentric.report.report_inputs import Scores
from studies import study_of


def test_the_planted_structure_is_found_where_it_is():
    config = made.configuration()
    found = {
        check.sentence: check
        for check in checks(Scores(made.table(made.of_study(config))), study_of(config), {})
    }
    assert {check.verdict for check in found.values()} == {"yes"}
    plots = {row.where: row.difference for row in found["Plots beat posters"].evidence}
    assert plots == {
        "Demo movies, MiniLM against EfficientNet-Lite0": "+.340",
        "Demo movies, MiniLM against CLIP-demo": "+.160",
        "Demo movies, CLIP-demo-T against EfficientNet-Lite0": "+.280",
        "Demo movies, CLIP-demo-T against CLIP-demo": "+.100",
    }


def test_a_lost_structure_is_told():
    config = made.configuration()
    rows = made.of_study(config)
    for row in rows:
        if row["features"] == "masked.clip-demo" and row["dataset"] == "demo-movies":
            row["value"] = 0.9
        if row["features"].endswith(".random"):
            row["value"] = 0.2
        if row["features"].startswith("plot."):
            row["value"] = 0.01
    found = [check.verdict for check in checks(Scores(made.table(rows)), study_of(config), {})]
    assert found == ["no", "partly", "yes", "partly", "no"]
    assert {check.verdict for check in checks(Scores(made.table([])), study_of(config), {})} == {"not run"}


def test_chance_has_room_for_the_size_of_the_test_split():
    config = made.configuration()
    rows = [r for r in made.of_study(config) if r["task"] == "chance" or r["features"].endswith(".random")]
    for row in rows:
        row["value"] = 0.5 if row["task"] == "chance" else 0.55
    few, many = ({name: size for name in config["study"]["datasets"]} for size in (100, 10_000))
    assert checks(Scores(made.table(rows)), study_of(config), few)[-1].verdict == "yes"
    assert checks(Scores(made.table(rows)), study_of(config), many)[-1].verdict == "no"
