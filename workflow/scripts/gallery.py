"""Draw a dataset's gallery: maps of its embeddings, nearest neighbours, and the most confident errors."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core import files
from humancentric.masking.contact_sheets import png
from humancentric.report import gallery
from humancentric.report.panels import save

given, params = snakemake.input, snakemake.params
pairs = list(zip(given.train, given.test, strict=True))
material = gallery.Material(
    title=params.title,
    task=params.task,
    samples=given.samples,
    embeddings=dict(zip(params.names, [{"train": a, "test": b} for a, b in pairs], strict=True)),
    predictions={Path(path).parent.name: path for path in given.predictions},
    images=given.images,
    texts=params.texts,
    names=params.names,
    publish=params.publish,
)
made = gallery.make(material, gallery.Sizes())
save(made.map, Path(snakemake.output.map))
for name in ("neighbours", "errors"):
    files.write_bytes(snakemake.output[name], png(getattr(made, name)))
files.write_json(snakemake.output.facts, {"dataset": snakemake.wildcards.dataset, **made.facts})
log.info("%d maps; %s", len(material.embeddings), ", ".join(made.facts["mistakes"]))
