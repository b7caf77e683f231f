"""A new table or figure is one new module: it is planned, written, and shown on the page and in the PDF's source."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from project import ROOT
from running import snakemake

TABLE = '''
"""Build the table of the best image encoder of every dataset."""

from humancentric.core.files import read_json
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import Item, Line, Table, cell_record
from humancentric.study import report_config

NOTE = "extra/note.json"


def build(inputs, study):
    body, records = [], []
    for dataset in study.trained:
        best = inputs.scores.best(study, dataset, report_config.singles(study, dataset, "image"))
        cell = inputs.scores.transfer(study, dataset, best)
        body.append(Line((Item(dataset), Item(report_config.name_of(study, best)), Item(f"{cell.mean:.2f}"))))
        records.append({"dataset": dataset, "features": best, **cell_record(cell)})
    note = read_json(inputs.further[NOTE])["note"]
    return Table((Line(tuple(map(Item, ("Dataset", "Best", "Score")))),), tuple(body), (note,), tuple(records))


TABLES = (
    TableSpec(
        name="best-image",
        section="results",
        title="Best image encoders",
        order=15,
        shown=lambda study: study.trained,
        files=lambda study: [NOTE],
        caption=lambda study: f"The best image encoder of {len(study.trained)} datasets.",
        build=build,
    ),
)
'''
FIGURE = '''
"""Draw the number of image encoders."""

from humancentric.report.panels import panels
from humancentric.report.specs import FigureSpec
from humancentric.study import report_config


def draw(inputs, study, dataset):
    figure, (panel,) = panels(1)
    panel.barh([0], [len(report_config.singles(study, dataset, "image"))])
    return figure


FIGURES = (
    FigureSpec(
        name="count-{dataset}",
        section="glance",
        title="{dataset}: image features",
        order=5,
        shown=lambda study: study.trained,
        draw=draw,
        caption="The number of image features.",
        alt="One bar.",
    ),
)
'''
REPORT = """
import json
from dataclasses import replace
from pathlib import Path

import reporting_scores as made
from humancentric.report.figures import write_figures
from humancentric.report.page.page import Sources, render
from humancentric.report import document
from humancentric.report.tables import write_tables
from studies import report_study

config = made.configuration()
config["study"]["datasets"] = ["demo-tweets"]
study = report_study(config)
inputs = made.inputs(study, made.table(made.of_study(study)))
inputs = replace(inputs, further={"extra/note.json": Path("extra/note.json")})
write_tables(inputs, study, "tables")
figures = [path for path in write_figures(inputs, study, "figures") if path.suffix == ".png"]
template = "workflow/report/page.html.j2"
sources = Sources(figures=figures, benchmarks="none", results="none", graph="none")
Path("page.html").write_text(render(inputs, study, template, sources))
Path("paper.tex").write_text(document.source(study, "workflow/report/paper.tex.j2"))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the project with a new table, a new figure, and the file that the table reads."""
    folder = tmp_path_factory.mktemp("project")
    hidden = shutil.ignore_patterns("__pycache__")
    for name in ("workflow", "config", "envs", "resources", "tests/support"):
        shutil.copytree(ROOT / name, folder / name, ignore=hidden)
    report = folder / "workflow" / "scripts" / "humancentric" / "report"
    (report / "tables" / "best_image_table.py").write_text(TABLE)
    (report / "figures" / "count_figure.py").write_text(FIGURE)
    (folder / "extra").mkdir()
    (folder / "extra" / "note.json").write_text(json.dumps({"note": "a note from a file"}))
    return folder


def test_the_plan_has_the_files_of_a_new_table_and_figure(project):
    found = snakemake(project, "-s", "workflow/Snakefile", "-n", "--", "results/report.html")
    rules = {part.split(":")[0]: part for part in found.stdout.split("\nrule ")}
    for kind in ("tex", "csv", "md"):
        assert f"results/tables/best-image.{kind}" in rules["tables"].split("output:")[1]
        assert f"results/tables/best-image.{kind}" in rules["report"].split("input:")[1]
    assert "extra/note.json" in rules["tables"].split("input:")[1].split("output:")[0]
    assert "results/figures/count-demo-movies.pdf" in rules["figures"].split("output:")[1]
    code = json.loads((project / ".snakemake/code/tables.json").read_text())
    assert "humancentric.report.tables.best_image_table" in code


def test_the_new_table_and_figure_are_written_and_shown(project):
    path = os.pathsep.join([str(project / "workflow/scripts"), str(project / "tests/support")])
    environment = {**os.environ, "PYTHONPATH": path}
    ran = subprocess.run(
        [sys.executable, "-c", REPORT], cwd=project, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    csv = (project / "tables" / "best-image.csv").read_text().splitlines()
    assert csv[0] == "dataset,features,mean,std,std_sample,runs"
    assert csv[1].startswith("demo-tweets,standard.clip-demo,0.4")
    tex = (project / "tables" / "best-image.tex").read_text()
    assert "demo-tweets & CLIP-demo (Standard) & 0.40" in tex
    assert "a note from a file" in tex
    page = (project / "page.html").read_text()
    results = page.split('<h2 id="results"')[1].split("</section>")[0]
    assert "The best image encoder of 1 datasets." in results
    assert results.index('id="table-demo-tweets"') < results.index('id="table-best-image"')
    glance = page.split('<h2 id="glance"')[1].split("</section>")[0]
    assert "The number of image features." in glance
    assert 'alt="One bar."' in glance
    document = (project / "paper.tex").read_text()
    assert r"\input{tables/best-image.tex}" in document
    assert "figures/count-demo-tweets.pdf" in document


def test_a_plan_imports_no_library_that_draws_or_learns():
    names = ["figures", "tables", "sections", "specs", "audit_tables", "document", "page.job_records"]
    modules = ", ".join(f"humancentric.report.{name}" for name in names)
    heavy = ("matplotlib", "torch", "sklearn", "polars", "pandas", "PIL")
    code = (
        f"import sys, {modules}\n"
        "humancentric.report.tables.table_specs(), humancentric.report.figures.figure_specs()\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow/scripts")}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]", ran.stdout + ran.stderr
