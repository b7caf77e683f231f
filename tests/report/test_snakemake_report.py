"""Snakemake's own report: every result has a caption, a category and labels."""

import re
import shutil
from pathlib import Path

import docutils.core
import jinja2
import pytest

import reporting_scores as made
from humancentric.core.escaping import restructured
from humancentric.report.figures import study_figures
from humancentric.report.specs import report_entry, write_captions
from humancentric.report.tables import study_tables
from humancentric.study.report_excerpt import excerpt
from humancentric.study.study import Study
from project import ROOT
from running import dry_run
from studies import study_of

RULES = sorted((ROOT / "workflow" / "rules").rglob("*.smk"))
CALLS = [
    (path.name, match[1])
    for path in RULES
    for match in re.finditer(r"(?<![\w.])report\(((?:[^()]|\([^()]*\))*)\)", path.read_text("utf-8"))
]

# Snakemake's own, and the lock of a run
PLANNED = {(".snakemake", name) for name in ("log", "iocache", "alive")}


def test_there_are_results_in_the_report():
    assert {"report.smk", "masking.smk"} <= {name for name, _ in CALLS}


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_every_result_has_caption_category_and_labels(name, call):
    if "**about" in call:
        return  # of `captioned`, whose words the next test reads
    assert all(f"{word}=" in call for word in ("caption", "category", "labels")), f"{name}: report({call})"
    caption = re.search(r'caption="\.\./report/([\w-]+\.rst)"', call)[1]
    assert len((ROOT / "workflow" / "report" / caption).read_text("utf-8")) > 30


@pytest.mark.parametrize("overlays", [(), ("paper",)])
def test_every_table_and_figure_has_its_words(overlays, tmp_path):
    study = study_of(made.configuration(*overlays))
    for kind, outputs in (("Table", study_tables(study)), ("Figure", study_figures(study))):
        written = write_captions(outputs, study, tmp_path / kind)
        for found, path in zip(outputs, written, strict=True):
            entry = report_entry(found, tmp_path / kind / f"{found.name}.csv")
            assert entry["category"]
            assert entry["labels"] == {"result": found.title, "kind": kind, "format": "CSV"}
            assert entry["caption"] == str(path)
            words = path.read_text("utf-8")
            assert words.startswith(restructured(found.caption(study)))
            assert len(words) > 30
        assert len(set(written)) == len(outputs)


def test_the_rules_write_the_captions_of_the_whole_study_from_the_part_that_they_read(tmp_path):
    study = study_of(made.configuration())
    for outputs in (study_tables, study_figures):
        part = Study.from_params(excerpt(study))
        whole = [path.read_text() for path in write_captions(outputs(study), study, tmp_path / "whole")]
        assert whole == [path.read_text() for path in write_captions(outputs(part), part, tmp_path / "part")]


def test_a_caption_means_what_it_says_whatever_is_in_it():
    text = r"R&D_ *50 %* {{ x }} {% y `z` |a| \b"
    source = jinja2.Environment().from_string(restructured(text)).render()
    shown = docutils.core.publish_parts(source, writer="html")["body"]
    assert shown == "<p>R&amp;D_ *50 %* {{ x }} {% y `z` |a| \\b</p>\n"


def test_a_dry_run_writes_nothing_but_the_fingerprints_of_the_code(tmp_path):
    for name in ("workflow", "config", "envs", "resources"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = files_below(tmp_path)
    told = dry_run(tmp_path).stdout
    assert "results/tables/captions/demo-movies.rst" in told
    added = {path.parts[:2] for path in files_below(tmp_path) - before}
    assert added - PLANNED == {(".snakemake", "code")}


def files_below(folder: Path) -> set[Path]:
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {path.relative_to(folder) for path in found}
