import csv
import io

import reporting_scores as made
from humancentric.report import latex, table_model
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import crossmodal_tables, table_names
from studies import report_study, study_of


def configuration() -> dict:
    config = made.configuration()
    config["study"]["zeroshot"] = ["clip-demo", "random"]
    return config


def rows(config: dict) -> list[dict]:
    """Zero-shot rows of both encoders on every dataset: the ensemble is better, the second encoder at .1."""
    found = [row for row in made.of_study(config) if row["task"] == "chance"]
    for dataset in config["study"]["datasets"]:
        metric = made.report_config.headline(study_of(config), dataset)
        for name, value in (("clip-demo", 0.5), ("random", 0.1)):
            for templates, bonus in (("plain", 0.0), ("ensemble", 0.05)):
                numbers = {metric: value + bonus, "low": value - 0.05, "high": value + 0.1}
                for key, number in {**numbers, "similarity": 0.2, "milliseconds": 4.25}.items():
                    found += made.rows(
                        "zeroshot", dataset, f"standard.{name}", key, number, 0, templates, runs=[0]
                    )
    return found


def test_rows_are_encoders_and_columns_datasets_and_template_sets():
    config = configuration()
    sheet = crossmodal_tables.build_zeroshot(ReportInputs(Scores(made.table(rows(config)))), study_of(config))
    assert [item.text for item in sheet.head[0].items] == [
        "",
        "Demo tweets",
        "Demo covers",
        "Demo movies",
        "",
    ]
    similar = "mean cosine, own classes"
    names = ["CLIP-demo", similar, "Random", similar, "Best blind baseline"]
    assert [line.items[0].text for line in sheet.body] == names
    ours, cosines, theirs, _, blind = ([item.text for item in line.items[1:]] for line in sheet.body)
    assert cosines == ["0.200"] * 6 + [""]
    assert [item.spread for item in sheet.body[0].items[1:]] == [
        *["[45.00, 60.00]"] * 4, *["[.450, .600]"] * 2, ""
    ]  # fmt: skip
    assert ours == ["50.00", "55.00", "50.00", "55.00", ".500", ".550", "4.2"]
    assert theirs == ["10.00", "15.00", "10.00", "15.00", ".100", ".150", "4.2"]
    assert blind == ["6.00", "6.00", ".060", "\N{EM DASH}"]
    assert all(item.bold for item in sheet.body[0].items[1:-1])
    assert not any(item.bold for line in sheet.body[1:] for item in line.items)
    for text in (latex.render(sheet), table_model.markdown(sheet), table_model.html(sheet)):
        assert "55.00" in text


def test_the_same_numbers_stand_in_the_csv():
    config = configuration()
    sheet = crossmodal_tables.build_zeroshot(ReportInputs(Scores(made.table(rows(config)))), study_of(config))
    found = list(csv.DictReader(io.StringIO(table_model.comma_separated(sheet))))
    assert len(found) == 2 * 6
    assert found[1] | {"std_sample": ""} == {
        **{"dataset": "demo-tweets", "features": "standard.clip-demo", "templates": "ensemble"},
        **{"metric": "accuracy", "mean": "0.55", "std": "0.0", "std_sample": "", "runs": "1"},
        **{
            "low": "0.45",
            "high": "0.6",
            "similarity": "0.2",
            "milliseconds": "4.25",
            "device": "",
            "threads": "",
        },
    }


def test_the_caption_says_how_many_samples_were_scored():
    config = configuration()
    assert "first" not in crossmodal_tables.zeroshot_caption(study_of(config))
    config["study"]["zeroshot_first"] = 2000
    assert "of its first 2,000 samples" in crossmodal_tables.zeroshot_caption(study_of(config))


def test_what_was_not_run_is_said():
    config = configuration()
    found = [
        row for row in rows(config) if not (row["dataset"] == "demo-covers" and row["protocol"] == "plain")
    ]
    sheet = crossmodal_tables.build_zeroshot(ReportInputs(Scores(made.table(found))), study_of(config))
    assert sheet.notes == ("\N{DAGGER} not run",)
    assert "not run" in table_model.html(sheet)


def test_a_study_without_zero_shot_has_no_such_table():
    config = configuration()
    assert "zeroshot" in table_names(study_of(config))
    assert table_names(report_study(config)) == table_names(study_of(config))
    del config["study"]["zeroshot"]
    assert "zeroshot" not in table_names(study_of(config))
