"""The paper's Tables 1 to 3 from its numbers alone: printed, read back, and compared cell by cell."""

import csv
import io
import re

import pytest

import reporting_scores as made
from humancentric.report import latex, table_model
from humancentric.report.tables import build_tables
from studies import report_study, study_of

IMAGES = {"rn50": "RN50", "bit-m": "BiT-M", "clip": "CLIP"}
TEXTS = {"bert-base": "Bert-base", "bert-large": "Bert-large", "clip-t": "CLIP-T"}
TEXT_VIEWS = {"mvsa": ["tweet"], "book-covers": ["title"], "plotster": ["title", "plot"]}
IMAGE_VIEWS = {
    "mvsa": ["standard"],
    "book-covers": ["standard", "masked"],
    "plotster": ["standard", "masked"],
}
DECIMALS = {"accuracy": ("{:.2f}", "{:.2f}"), "f1_samples": ("{:.3f}", "{:.2f}")}
CELL = re.compile(r"(\\underline\{)?(\\textbf\{)?([\d.]+)\}{0,2} \{\\scriptsize \$\\pm\$ ([\d.]+)\}")


@pytest.fixture(scope="module")
def printed():
    config = report_study(made.configuration("paper"))
    return build_tables(made.inputs(config, made.table(made.of_paper())), study_of(config))


def read_back(text: str) -> list[list[str]]:
    """Return the cells of every line of a tabular, spanning ones as they are."""
    lines = [line.removesuffix(r" \\") for line in text.splitlines() if line.endswith(r" \\")]
    return [line.split(" & ") for line in lines]


def best(cells: dict[str, list[float]], wanted) -> set[str]:
    """Return the cells with the highest mean of those `wanted`."""
    found = {features: mean for features, (mean, _) in cells.items() if wanted(features)}
    return {features for features, mean in found.items() if mean == max(found.values())}


def by_rule(dataset: str, cells: dict[str, list[float]]) -> tuple[set[str], set[str]]:
    """Return what is bold and what is underlined, worked out here from the values alone."""
    bold, underlined = set(), set()
    for text in TEXT_VIEWS[dataset]:
        underlined |= best(cells, lambda f, t=text: f.startswith(f"{t}."))
    for image in IMAGE_VIEWS[dataset]:
        bold |= best(cells, lambda f, i=image: f.startswith(f"{i}.") and "+" not in f)
        bold |= best(cells, lambda f, i=image: f.startswith(f"{i}.") and "+" in f)
        for text in TEXT_VIEWS[dataset]:
            underlined |= best(cells, lambda f, i=image, t=text: f.startswith(f"{i}.") and f"+{t}." in f)
    return bold, underlined


@pytest.mark.parametrize("dataset", TEXT_VIEWS)
def test_rows_columns_and_every_cell_come_out_as_in_the_paper(printed, dataset):
    table = made.REFERENCE["tables"][dataset]
    bold, underlined = by_rule(dataset, table["cells"])
    lines = read_back(latex.render(printed[dataset]))
    texts, images = TEXT_VIEWS[dataset], IMAGE_VIEWS[dataset]
    if len(texts) > 1:
        assert lines.pop(0) == ["", "", r"\multicolumn{3}{c}{Title}", r"\multicolumn{3}{c}{Plot}"]
    assert lines.pop(0) == ["Image encoder", "None", *[name for _ in texts for name in TEXTS.values()]]
    rows = [("None", None)]
    for view in images:
        rows += [(f"{view.capitalize()} pictures", "")] if len(images) > 1 else []
        rows += [(shown, f"{view}.{name}") for name, shown in IMAGES.items()]
    seen = {}
    for (title, image), line in zip(rows, lines, strict=True):
        if image == "":
            assert title in line[0]
            continue
        assert line[0] == title
        columns = [None, *[f"{view}.{name}" for view in texts for name in TEXTS]]
        for text, cell in zip(columns, line[1:], strict=True):
            features = "+".join(filter(None, (image, text)))
            if not features:
                assert cell == r"\textcolor{gray}{---}"
                continue
            found = CELL.fullmatch(cell)
            assert found, cell
            underline, fat, mean, std = found.groups()
            seen[features] = (mean, std)
            assert (bool(fat), bool(underline)) == (features in bold, features in underlined), features
    expected = {
        features: tuple(
            form.format(value) if table["metric"] == "accuracy" else form.format(value).removeprefix("0")
            for form, value in zip(DECIMALS[table["metric"]], numbers, strict=True)
        )
        for features, numbers in table["cells"].items()
    }
    assert seen == expected


@pytest.mark.parametrize("dataset", TEXT_VIEWS)
def test_the_rule_gives_every_mark_that_is_legible_in_the_paper(dataset):
    table = made.REFERENCE["tables"][dataset]
    bold, underlined = by_rule(dataset, table["cells"])
    assert bold == set(table["bold"])
    assert not table["underlined"] or underlined == set(table["underlined"])


@pytest.mark.parametrize("dataset", TEXT_VIEWS)
def test_the_same_numbers_stand_in_csv_and_markdown(printed, dataset):
    table = made.REFERENCE["tables"][dataset]
    scale = 100 if table["metric"] == "accuracy" else 1
    rows = list(csv.DictReader(io.StringIO(table_model.comma_separated(printed[dataset]))))
    assert {row["features"] for row in rows} == set(table["cells"])
    for row in rows:
        mean, std = table["cells"][row["features"]]
        assert float(row["mean"]) * scale == pytest.approx(mean)
        assert float(row["std"]) * scale == pytest.approx(std, abs=1e-9)
        assert float(row["std_sample"]) * scale == pytest.approx(std * (5 / 4) ** 0.5, abs=1e-9)
    text = table_model.markdown(printed[dataset])
    assert text.count("±") == len(table["cells"]) + 1  # and the caption's
    assert text.count("**") == 2 * len(table["bold"])


def test_the_tables_have_the_paper_s_ninety_cells(printed):
    assert sum(len(printed[name].records) for name in TEXT_VIEWS) == 90


def test_of_the_subset_the_paper_s_and_the_quoted_numbers_stand_beside_ours():
    raw = made.configuration("paper")
    raw["datasets"]["mangolin-inside"] = raw["datasets"]["plotster-mangolin"]
    raw["study"]["datasets"] = ["plotster", "mangolin-inside"]
    config = report_study(raw)
    told = made.REFERENCE["subset"]["cells"]
    rows = [
        row
        for task, dataset, lead in (
            ("transfer", "mangolin-inside", 0.0),
            ("control", "plotster-mangolin", 0.05),
        )
        for features, value in told.items()
        for row in made.rows(task, dataset, features, "f1_samples", value + lead, 0.01)
    ]
    sheet = build_tables(made.inputs(config, made.table(rows)), study_of(config))["subset"]
    shown = {line.items[0].text: [item.text for item in line.items[1:]] for line in sheet.body[1:]}
    assert shown["CLIP (Standard)"] == [".603", ".653", ".603", ".000", "+.050", ".409"]
    assert shown["CLIP-T (Plot)"] == [".589", ".639", ".589", ".000", "+.050", ".488"]
    assert shown["CLIP (Standard) + CLIP-T (Plot)"] == [".670", ".720", ".670", ".000", "+.050", ".628"]
    assert shown["RN50 (Standard)"][:2] == ["†", "†"]
    (record,) = (row for row in sheet.records if row["features"] == "plot.clip-t")
    assert (record["paper"], record["quoted"]) == (0.589, 0.488)


def test_the_paper_s_control_stands_beside_ours(printed):
    lines = {line.items[0].text: [item.text for item in line.items] for line in printed["control"].body}
    assert lines["CLIP (Standard)"][-3:] != lines["CLIP (Standard)"][1:4]  # the second control has none
    first = printed["control"].body[3].items
    assert [item.text for item in first] == [
        *("CLIP (Standard)", ".526", ".439", "\N{MINUS SIGN}.087", "\N{MINUS SIGN}17 %"),
        *(".526", ".439", "\N{MINUS SIGN}.087"),
    ]
