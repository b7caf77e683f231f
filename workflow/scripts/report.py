"""Write the report page: one self-contained HTML file."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files, schemas, tables
from humancentric.report import report_inputs
from humancentric.report.page.page import Sources, render
from humancentric.study.study import Study

given, params = snakemake.input, snakemake.params
several = {
    name: [paths] if isinstance(paths := given.get(name, []), str) else list(paths)
    for name in (
        "samples",
        "rejects",
        "figures",
        "contact_sheets",
        "cards",
        "texts",
        "timings",
        "extras",
        "claims",
    )
}
sources = Sources(
    samples=several["samples"],
    rejects=several["rejects"],
    figures=[path for path in several["figures"] if path.endswith(".png")],
    contact_sheets=several["contact_sheets"],
    cards=several["cards"],
    extras={path: path for path in several["extras"]},
    config=params.config,
    facts={"Left out": "; ".join(params.left_out)} if params.left_out else {},
)
facts = report_inputs.read(
    given.paper, several["cards"], several["texts"], several["timings"], several["claims"]
)
scores = tables.read(given.scores, schemas.SCORES)
with logs.stage("page"):
    page = render(scores, Study.from_params(params.study), facts, given.template, sources)
files.write_text(snakemake.output[0], page)
log.info("%s: %.1f MB", snakemake.output[0], len(page) / 1e6)
