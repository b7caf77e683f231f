"""Shares of the audit, and the tables and the page that print them."""

from pathlib import Path

import jinja2
import pytest

from humancentric.core.schemas import GLYPHS, SURVIVAL, TOUCHED
from humancentric.masking.audit import summary
from humancentric.masking.audit.lettering import FACTORS
from humancentric.report import sections, table_model
from humancentric.report.audit_tables import audit_tables
from humancentric.report.tables import WRITERS
from studies import study_of

SKIPPED = "OCR skipped: audit.engine: 'tesseract' is not on PATH; install it, then run it again"
OPTIONS = {"resamples": 200, "seed": 0}


def glyph(picture: int, masked: bool, white: bool = False, visible: bool = True, **setting) -> dict:
    look = {"letters": 12, "colour": "white", "typeface": "DejaVuSans", "rotation": 0, "contrast": 1.0}
    look |= {"effect": "plain", "background": "drawn"} | setting
    found = {"text": "x", "difference": 90.0, "ink": 9, "share": float(masked), "masked": masked}
    return {"id": f"{picture:05d}", "white_text": white, "visible": visible, **look, **found}


GLYPH_ROWS = GLYPHS.rows(
    [
        *(glyph(0, masked, letters=20) for masked in (True, True, False, False)),
        *(glyph(1, masked) for masked in (True, False)),
        *(glyph(2, False, visible=False) for _ in range(5)),
        *(glyph(place, True, white=True, letters=20 - 8 * (place == 1)) for place in (0, 0, 0, 0, 1, 1)),
    ]
)
TOUCHED_ROWS = TOUCHED.rows(
    [
        {
            "id": f"{k:05d}",
            "background": "drawn",
            "white_text": white,
            "boxes": k,
            "white": 0.0,
            "touched": k / 100,
        }
        for white in (False, True)
        for k in range(3)
    ]
)
SURVIVAL_ROWS = SURVIVAL.rows(
    [
        {"id": name, "readable": readable, "surviving": surviving, "regions": []}
        for name, readable, surviving in (("a", 10, 1), ("b", 30, 3), ("c", 0, 0))
    ]
)


@pytest.fixture
def summarised() -> dict:
    """Return the summary of one detector on two sizes, and of a dataset that is read and one that is not."""
    found = {"ink": [], "touched": [], "read": [], "engine": "reader 1.2"}
    for size in ("600x900", "224x224"):
        about = {"detector": "db", "size": size}
        found["ink"] += summary.labelled(summary.known_text(GLYPH_ROWS, **OPTIONS), **about)
        found["touched"] += summary.labelled(summary.touched(TOUCHED_ROWS, **OPTIONS), **about)
    for dataset, metadata in (("demo-movies", {}), ("demo-covers", {summary.SKIPPED: SKIPPED})):
        subject = {
            "dataset": dataset,
            "subject": "view.masked",
            "detector": "db",
            "white_text": True,
            "view": "masked",
        }
        found["read"] += summary.labelled([summary.read(SURVIVAL_ROWS, metadata, **OPTIONS)], **subject)
    found["reading"] = {"confidence": 0.6, "shortest": 2, "short_side": 1000, "overlap": 0.5}
    found["paper"] = {"posters": {"pictures": 10, "characters_hidden": 0.84}}
    return found


def one(rows, **wanted):
    (found,) = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    return found


def test_letters_are_counted_by_hand(summarised):
    rows = [row for row in summarised["ink"] if row["size"] == "600x900"]
    bare = one(rows, white_text=False, factor=None)
    assert (bare["value"], bare["things"], bare["pictures"], bare["faint"]) == (0.5, 6, 2, 5)
    assert one(rows, white_text=True, factor=None)["value"] == 1.0
    assert one(rows, white_text=False, factor="letters", level=12)["things"] == 2
    assert {row["factor"] for row in rows} == {None, *FACTORS, "background"}


def test_masked_shares_of_pictures_without_text(summarised):
    row = one(summarised["touched"], size="224x224", white_text=True)
    assert (row["value"], row["worst"], row["boxed"], row["pictures"]) == (
        pytest.approx(0.01),
        pytest.approx(0.02),
        2,
        3,
    )


def test_characters_are_counted_and_pictures_without_any_are_left_out(summarised):
    row = one(summarised["read"], dataset="demo-movies")
    assert row["value"] == pytest.approx(0.9)
    assert (row["things"], row["pictures"], row["read"], row["surviving"]) == (40, 2, 3, 4)
    assert one(summarised["read"], dataset="demo-covers")["skipped"] == SKIPPED


def test_tables_print_the_shares_and_those_of_the_paper(summarised, config):
    read, ink, factors = audit_tables(summarised, study_of(config))
    text = WRITERS["md"](read)
    assert "| db, boxes and white text (view masked) | 3 | 40 | 90.0 90.0\N{EN DASH}90.0 |" in text
    assert "| east, boxes and white text: posters | 10 | \N{EM DASH} | 84 |" in text
    assert SKIPPED in text
    assert "read by reader 1.2" in text
    text = WRITERS["md"](ink)
    assert "| db, boxes | 50.0 50.0\N{EN DASH}50.0 | 1.00" in text
    assert (
        "6 on 2 pictures of 600 \N{MULTIPLICATION SIGN} 900, 6 on 2 pictures of 224 \N{MULTIPLICATION SIGN} 224;"
        in text
    )
    text = WRITERS["md"](factors)
    assert "| 12 | 50.0 | 100.0 |" in text  # on one picture: no interval
    for sheet in (read, ink, factors):
        assert "tabular" in WRITERS["tex"](sheet)
        assert WRITERS["csv"](sheet).count("\n") == len(sheet.records) + 1


def page(part_files: dict, config: dict) -> str:
    folder = Path(__file__).parents[2] / "workflow" / "report"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), undefined=jinja2.StrictUndefined, autoescape=True
    )
    environment.filters["audit_tables"] = lambda summarised: [
        (sheet.name, table_model.html(sheet)) for sheet in audit_tables(summarised, study_of(config))
    ]
    section = {"absent": "Masking was not audited.", "command": "snakemake masking_audit"}
    part = {"files": part_files, "section": section, "entries": ()}
    words = {"kinds": ["csv"], "name_of_dataset": {"demo-movies": "Demo movies"}}
    return environment.get_template("page_audit.html.j2").render(part=part, **words)


def test_the_page_shows_tables_sheets_and_what_was_skipped(summarised, config):
    picture = {"uri": "data:image/png;base64,AA", "width": 840, "height": 100}
    sheets = {
        f"{name}/audit/view.masked.{kind}.png": picture
        for name in ("demo-movies", "demo-covers")
        for kind in ("drawn", "worst")
    }
    text = page({"audit/summary.json": summarised, **sheets}, config)
    assert text.count("<table") == 3
    assert text.count("<img") == 3  # of the dataset that was not read nothing is the worst
    assert "Demo movies: masked, where most characters survive" in text
    assert text.count(f"not run</span> {SKIPPED.split(';')[0].replace(chr(39), '&#39;')}") == 1


def test_the_page_says_how_to_run_it(config):
    assert "snakemake masking_audit" in page({}, config)


def test_the_page_requests_every_contact_sheet(config):
    assert sections.audit_files(study_of(config)) == [
        "results/audit/summary.json",
        *(
            f"results/demo-movies/audit/{subject}.{kind}.png"
            for subject in ("view.masked", "detector.db.boxes")
            for kind in ("worst", "drawn")
        ),
    ]
    assert not sections.audit_requested(study_of(config))
