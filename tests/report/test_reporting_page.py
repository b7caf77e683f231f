"""The report page: well-formed, loads nothing, says what is a demo, what is missing and what was found."""

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

import reporting_scores as made
from humancentric.core import schemas, tables
from humancentric.core.files import write_json
from humancentric.report import tables as report_tables
from humancentric.report.page import job_records, section_content
from humancentric.report.page.dataset_facts import by_dataset, sample_counts
from humancentric.report.page.page import TMDB_NOTICE, Sources, duration, render
from humancentric.report.sections import SECTIONS
from humancentric.report.tables import table_names, table_specs
from humancentric.study.report_excerpt import effective
from studies import report_study, study_of

TEMPLATE = made.ROOT / "workflow" / "report" / "page.html.j2"
VOID = {"meta", "link", "img", "br", "hr", "input"}
LOADS = {"src", "srcset", "poster", "data", "background"}


class Reader(HTMLParser):
    """Collects elements, and complains where tags do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.elements, self.ids = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def write_population(folder: Path) -> tuple[Path, Path]:
    samples = pa.table(
        {
            "id": ["a", "b", "c"],
            "split": ["train", "train", "test"],
            "labels": [["Drama"], ["Drama", "War"], ["War & <Peace>", "Drama"]],
            "release_date": pa.array([date(2020, 1, 1), None, None], pa.date32()),
            "title": ["A", "B", "C"],
        }
    )
    rejects = {
        "id": ["d", "e"],
        "stage": ["images", "images"],
        "reason": ["missing"] * 2,
        "detail": ["no poster", ""],
    }
    tables.write(folder / "samples.parquet", samples, schemas.SAMPLES)
    tables.write(folder / "rejects.parquet", pa.table(rejects), schemas.REJECTS)
    return folder / "samples.parquet", folder / "rejects.parquet"


def page_of(config: dict, rows: list[dict], sources: Sources | None = None) -> str:
    return render(
        made.inputs(config, made.table(rows)),
        report_study(config),
        TEMPLATE,
        sources or Sources(benchmarks="nowhere", results="nowhere", graph="nowhere"),
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("page")
    samples, rejects = write_population(folder / "results" / "demo-movies")
    Image.new("RGB", (300, 200)).save(folder / "fewshot.png")
    Image.new("RGB", (300, 200)).save(folder / "results" / "demo-movies" / "contact-sheet.png")
    (folder / "benchmarks" / "embed").mkdir(parents=True)
    (folder / "benchmarks" / "embed" / "x.tsv").write_text("s\th:m:s\tmax_rss\n75.5\t0:01:15\t812.4\n")
    config = made.configuration()
    sheet = folder / "results" / "demo-movies" / "contact-sheet.png"
    places = {
        "benchmarks": folder / "benchmarks",
        "results": folder / "results",
        "graph": folder / "graph.json",
    }
    places["config"] = effective(config, study_of(config))
    write_json(
        folder / "graph.json", job_records.graph_record([("a&b", "report")], ["a&b", "a&b", "report", "all"])
    )
    sources = Sources([samples], [rejects], [folder / "fewshot.png"], [sheet], **places)
    return page_of(config, made.of_study(config), sources)


def assert_sound(page: str) -> None:
    """Tags nest, ids are unique, and every reference inside the page has its target."""
    reader = Reader(page)
    assert len(reader.ids) == len(set(reader.ids))
    jumps = [
        attrs["href"][1:] for tag, attrs in reader.elements if tag == "a" and attrs["href"].startswith("#")
    ]
    named = [name for _, attrs in reader.elements for name in attrs.get("aria-labelledby", "").split()]
    assert set(jumps) | set(named) <= set(reader.ids)


def test_the_page_is_sound(demo):
    assert_sound(demo)


def test_the_page_loads_nothing(demo):
    for tag, attrs in Reader(demo).elements:
        assert tag not in ("script", "iframe", "object", "embed")
        for name in LOADS & set(attrs):
            assert attrs[name].startswith("data:")
        if tag == "link":
            assert attrs["href"] == "data:,"
        if tag == "a":
            assert not attrs["href"].startswith(("http", "/"))
    style = demo[demo.index("<style>") : demo.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_pictures_have_words_and_tables_have_headings(demo):
    elements = Reader(demo).elements
    images = [attrs for tag, attrs in elements if tag == "img"]
    assert len(images) == 2
    assert all(len(attrs["alt"]) > 20 for attrs in images)
    assert all("scope" in attrs for tag, attrs in elements if tag == "th")
    levels = [int(tag[1]) for tag, _ in elements if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_says_what_it_is_made_of(demo):
    for text in (
        "This is a demo",
        "46 of 46 run",
        "no poster",
        "War &amp; &lt;Peace&gt;",
        "1 min 16 s",
        "812 MiB",
        "a&amp;b",
        "2 jobs",
    ):
        assert text in demo
    assert TMDB_NOTICE not in demo


def test_films_of_tmdb_bring_the_notice_and_are_no_demo():
    page = page_of(made.configuration("paper"), made.of_paper())
    assert TMDB_NOTICE in page
    assert "This is a demo" not in page
    assert "against the paper" in page
    assert_sound(page)


def test_a_study_that_was_not_run_is_a_page_of_holes():
    page = page_of(made.configuration(), [])
    assert_sound(page)
    assert page.count('<span class="hole">not run</span>') >= 46
    assert "0 of 46 run" in page
    assert "No benchmark files were found" in page


def test_a_population_counts_everything(tmp_path):
    known = sample_counts(*write_population(tmp_path))
    assert (known.used, known.rejected_count, known.splits) == (3, 2, {"train": 2, "test": 1})
    assert known.labels == {"Drama": 3, "War": 1, "War & <Peace>": 1}
    assert list(known.labels) == ["Drama", "War", "War & <Peace>"]
    assert known.per_sample == pytest.approx(5 / 3)
    assert known.rejected[0].examples == ("d: no poster", "e")


def test_files_find_their_dataset():
    paths = ["results/demo-movies/samples.parquet", "results/sheets/demo-covers.png", "results/other/x.png"]
    paths.append("results/figures/masking-demo-movies-recent.png")
    found = by_dataset(paths, ["demo-movies", "demo-covers", "demo-tweets", "demo-movies-recent"])
    assert {name: path.name for name, path in found.items()} == {
        "demo-movies": "samples.parquet",
        "demo-covers": "demo-covers.png",
        "demo-movies-recent": "masking-demo-movies-recent.png",
    }


def test_large_pictures_shrink(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (900, 2400, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "x.png")
    uri = section_content.data_uri(tmp_path / "x.png")
    assert uri.startswith("data:image/jpeg;base64,")
    assert len(uri) < (tmp_path / "x.png").stat().st_size


@pytest.mark.parametrize(("seconds", "text"), [(4.24, "4.2 s"), (200, "3 min 20 s"), (7500, "2 h 05 min")])
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_the_page_tells_what_the_cards_say(tmp_path):
    config = made.configuration()
    repeated = {"distinct": 2, "repeated": 41, "across": 7}
    facts = {
        "licence": "free <of> rights",
        "texts": {"title": {"characters": 15.25, **repeated}},
        "pictures": {"width": {"median": 400}, "height": {"median": 600}, "bytes": 62_000_000, **repeated},
        "released": {"first": "1990-01-01", "last": "1999-12-31"},
        "fetched": None,
        "ids_sha256": "abcd" * 16,
        "offered": 3,
        "samples": 2,
        "splits": {"train": 1, "test": 1},
        "labels": {"War": {}},
        "labels_per_sample": 1.5,
        "paper": {"labels_per_sample": 1.7},
        "leakage": {
            "twin_kinds": ["same-title"],
            "compared": {
                "demo-movies-recent": {
                    "samples": 9,
                    "twins": 5,
                    "kinds": {"same-title": {"pairs": 13, "samples": 5}},
                }
            },
        },
    }
    write_json(tmp_path / "demo-movies" / "card.json", facts)
    sources = Sources(
        benchmarks="nowhere",
        results="nowhere",
        graph="nowhere",
        cards=[tmp_path / "demo-movies" / "card.json"],
    )
    page = page_of(config, made.of_study(config), sources)
    Reader(page)
    for words in (
        "free &lt;of&gt; rights",
        "15.25 characters on average",
        "400 x 600 pixels (median), 62.00 MB",
        "1990-01-01 to 1999-12-31",
        '<th scope="row">labels per sample</th><td>1.50</td><td>1.70</td>',
        '<td>title</td><td class="n">41</td><td class="n">7</td>',
        '<td>the same title</td><td class="n">13</td><td class="n">5</td>',
        '<td>any of: same title</td><td class="n"></td><td class="n">5 of 9</td>',
        'href="demo-movies/croissant.json"',
        'href="demo-movies/ids.parquet"',
    ):
        assert words in page
    assert "Near duplicates were not looked for" not in page
    assert "No dataset has a card" in page_of(config, made.of_study(config))


def test_every_table_and_figure_has_its_place_once(demo, monkeypatch):
    config = made.configuration()
    reader = Reader(demo)
    names = [name.removeprefix("table-") for name in reader.ids if name.startswith("table-")]
    assert sorted(names) == sorted(table_names(study_of(config)))
    for topic in SECTIONS:  # whichever section a new one is put into
        spec = replace(next(one for one in table_specs() if one.name == "chance"), section=topic)
        monkeypatch.setattr(report_tables, "table_specs", lambda spec=spec: (spec,))
        assert page_of(config, []).count('id="table-chance"') == 1, topic


def test_sections_without_results_say_so_and_what_to_run():
    page = page_of(made.configuration(), [])
    for name, section in SECTIONS.items():
        if section.command:
            part = page[page.index(f'<h2 id="{name}"') :]
            part = part[: part.index("</section>")]
            assert '<span class="hole">not run</span>' in part, name
            assert f"<code>{section.command}</code>" in part, name


def test_what_may_not_be_shown_is_named_by_its_id(tmp_path):
    samples, rejects = write_population(tmp_path / "results" / "demo-movies")
    config = made.configuration()
    sources = Sources([samples], [rejects], benchmarks="nowhere", results="nowhere", graph="nowhere")
    assert "no poster" in page_of(config, [], sources)
    config["datasets"]["demo-movies"]["publish"] = False
    page = page_of(config, [], sources)
    assert "no poster" not in page
    assert '<td class="soft">d; e</td>' in page
