"""Write the tables and figures of a study as one PDF."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core import files
from humancentric.report import document
from humancentric.study.study import Study

text = document.source(Study.from_params(snakemake.params.study), snakemake.input.template)
files.write_text(snakemake.output.tex, text)
with logs.stage(document.tex_program() or "no TeX program"):
    pdf, overfull = document.compile_pdf(text, Path(snakemake.output.tex).parent)
files.write_bytes(snakemake.output.pdf, pdf)
for points in overfull:
    log.warning("overfull box: %.1f pt", points)
