"""The report page: one HTML file that loads nothing."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import files, schemas, tables
from humancentric.reporting.page import Sources, render

given, params = snakemake.input, snakemake.params
sources = Sources(
    samples=given.samples,
    rejects=given.rejects,
    figures=[path for path in given.get("figures", []) if path.endswith(".png")],
    contact_sheets=given.get("contact_sheets", []),
    benchmarks=params.get("benchmarks", "benchmarks"),
)
scores = tables.read(given.scores, schemas.SCORES)
with logs.stage("page"):
    page = render(scores, params.study, files.read_json(given.paper), given.template, sources)
files.write_text(snakemake.output[0], page)
log.info("%s: %.1f MB", snakemake.output[0], len(page) / 1e6)
