"""The compiled paper, where a TeX engine is installed."""

import pytest
from matplotlib.figure import Figure

import reporting_scores as made
from humancentric.core.errors import UserError
from humancentric.report import document
from humancentric.report.figures import figure_names
from humancentric.report.tables import table_names, write_tables
from studies import report_study, study_of

TEMPLATE = made.ROOT / "workflow" / "report" / "paper.tex.j2"
needs_tex = pytest.mark.skipif(
    document.tex_program() is None, reason="no pdflatex with booktabs and no tectonic on PATH"
)


@needs_tex
@pytest.mark.parametrize("overlays", [(), ("paper",)])
def test_tables_and_figures_compile_without_overfull_boxes(tmp_path, overlays):
    raw = made.configuration(*overlays)
    raw["labels"]["encoders"]["clip-demo"] = r"R&D_50% {x} #1 ~^ \z <$|>"
    config = report_study(raw)
    scores = made.table(made.of_study(config))
    write_tables(made.inputs(config, scores), study_of(config), tmp_path / "tables")
    stand_in = Figure(figsize=(9.9, 2))
    (tmp_path / "figures").mkdir()
    for name in figure_names(study_of(config)):
        stand_in.savefig(tmp_path / "figures" / f"{name}.pdf")
    pdf, overfull = document.compile_pdf(document.source(study_of(config), TEMPLATE), tmp_path)
    assert pdf.startswith(b"%PDF")
    assert all(points <= 5 for points in overfull)


@needs_tex
def test_a_study_of_many_encoders_with_long_names_fits_its_pages(tmp_path):
    raw = made.crowded()
    config = report_study(raw)
    write_tables(made.inputs(config, made.table(made.of_study(raw))), study_of(config), tmp_path / "tables")
    (tmp_path / "figures").mkdir()
    for name in figure_names(study_of(config)):
        Figure(figsize=(20, 20)).savefig(tmp_path / "figures" / f"{name}.pdf")
    pdf, overfull = document.compile_pdf(document.source(study_of(config), TEMPLATE), tmp_path)
    assert pdf.startswith(b"%PDF")
    assert [points for points in overfull if points > 5] == []


@needs_tex
def test_a_broken_table_is_one_line(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "figures").mkdir()
    config = report_study(made.configuration())
    with pytest.raises(UserError, match=r"paper\.pdf: .* stopped: .*demo-tweets") as caught:
        document.compile_pdf(document.source(study_of(config), TEMPLATE), tmp_path)
    assert "\n" not in str(caught.value)


def test_without_an_engine_there_is_a_remedy(tmp_path, monkeypatch):
    document.tex_program.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    try:
        assert document.tex_program() is None
        with pytest.raises(UserError, match="no TeX engine on PATH; apt-get install"):
            document.compile_pdf("", tmp_path)
    finally:
        document.tex_program.cache_clear()


def test_the_document_inputs_every_table_and_figure_and_says_demo():
    config = report_study(made.configuration())
    text = document.source(study_of(config), TEMPLATE)
    assert [
        name for name in table_names(study_of(config)) if f"\\input{{tables/{name}.tex}}" not in text
    ] == []
    assert [name for name in figure_names(study_of(config)) if f"{{figures/{name}.pdf}}" not in text] == []
    assert "\\textbf{Demo.}" in text
    assert "\\textbf{Demo.}" not in document.source(report_study(made.configuration("paper")), TEMPLATE)
