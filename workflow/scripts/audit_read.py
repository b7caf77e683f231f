"""What an engine reads on the pictures of an audit; nothing, with a sentence why, where it is not installed."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric import tables
from humancentric.audit import engines, readings
from humancentric.audit.summary import ENGINE, SKIPPED
from humancentric.schemas import IMAGES, READINGS
from humancentric.spool import Spool

row, short_side = snakemake.params.engine, snakemake.params.short_side
engine = engines.load(row)
if isinstance(engine, engines.Missing):
    again = "then run `snakemake masking_audit --forcerun audit_read`"
    log.warning("OCR skipped: %s, %s", engine.sentence, again)
    found, about = READINGS.empty(), {SKIPPED: f"OCR skipped: {engine.sentence}, {again}"}
else:
    target = Path(snakemake.output[0])
    origin = {ENGINE: engine.version, "row": row, "short_side": short_side}
    spool = Spool(target.parents[2] / "spool" / "audit" / target.stem, origin)
    images = tables.read(snakemake.input.images, IMAGES)
    with logs.stage("read"):
        found = readings.read_all(images, engine, short_side, snakemake.threads, spool)
    about = {ENGINE: engine.version}
tables.write(snakemake.output[0], found, READINGS, about)
if not isinstance(engine, engines.Missing):
    spool.clear()
