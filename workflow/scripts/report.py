"""Write the report page: one self-contained HTML file."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import files
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
        "further",
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
facts = {name: several[name] for name in ("cards", "texts", "timings", "claims", "further")}
inputs = report_inputs.read(given.scores, given.paper, **facts)
with logs.stage("page"):
    page = render(inputs, Study.from_params(params.study), given.template, sources)
files.write_text(snakemake.output[0], page)
log.info("%s: %.1f MB", snakemake.output[0], len(page) / 1e6)
