"""Snakemake's own report: every result has a caption, a category and labels."""

import re
from pathlib import Path

import docutils.core
import jinja2
import pytest

import reporting_scores as made
from humancentric.report.figures import study_figures
from humancentric.report.specs import report_entry, restructured, write_caption
from humancentric.report.tables import study_tables
from project import ROOT
from studies import study_of

RULES = sorted((ROOT / "workflow" / "rules").glob("*.smk"))
CALLS = [
    (path.name, match[1])
    for path in RULES
    for match in re.finditer(r"(?<![\w.])report\(((?:[^()]|\([^()]*\))*)\)", path.read_text("utf-8"))
]


def test_there_are_results_in_the_report():
    assert {"report.smk", "masking.smk", "inputs.smk"} <= {name for name, _ in CALLS}


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_every_result_has_caption_category_and_labels(name, call):
    if "**about" in call:
        return  # `captioned`, whose words the next test reads
    assert all(f"{word}=" in call for word in ("caption", "category", "labels")), f"{name}: report({call})"
    caption = re.search(r'caption="\.\./report/([\w-]+\.rst)"', call)[1]
    assert len((ROOT / "workflow" / "report" / caption).read_text("utf-8")) > 30


@pytest.mark.parametrize("overlays", [(), ("paper",)])
def test_every_table_and_figure_has_its_words(overlays, tmp_path):
    config = made.configuration(*overlays)
    outputs = [*study_tables(study_of(config)), *study_figures(study_of(config))]
    entries = [report_entry(found, study_of(config), f"{found.name}.csv", tmp_path) for found in outputs]
    assert len(list(tmp_path.iterdir())) == len(outputs)
    for found, entry in zip(outputs, entries, strict=True):
        assert entry["category"]
        assert entry["labels"]["result"] == found.title
        words = Path(entry["caption"]).read_text("utf-8")
        assert words.startswith(restructured(found.caption(study_of(config))))
        assert len(words) > 30


def test_a_caption_means_what_it_says_whatever_is_in_it(tmp_path):
    text = r"R&D_ *50 %* {{ x }} {% y `z` |a| \b"
    path = write_caption(text, tmp_path / "x.rst")
    source = jinja2.Environment().from_string((tmp_path / "x.rst").read_text()).render()
    shown = docutils.core.publish_parts(source, writer="html")["body"]
    assert shown == "<p>R&amp;D_ *50 %* {{ x }} {% y `z` |a| \\b</p>\n"
    assert path == str(tmp_path / "x.rst")
    before = (tmp_path / "x.rst").stat().st_mtime_ns
    write_caption(text, tmp_path / "x.rst")
    assert (tmp_path / "x.rst").stat().st_mtime_ns == before
