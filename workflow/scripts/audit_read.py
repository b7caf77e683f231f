"""Run an OCR engine on the audited pictures.

If the engine is not installed, write an empty table with the reason in its metadata.
"""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core import tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.schemas import IMAGES, READINGS
from humancentric.masking.audit import ocr
from humancentric.masking.audit.summary import ENGINE, SKIPPED

row, short_side = snakemake.params.engine, snakemake.params.short_side
engine = ocr.load(row)
if isinstance(engine, ocr.Missing):
    again = "then run `snakemake masking_audit --forcerun audit_read`"
    log.warning("OCR skipped: %s, %s", engine.sentence, again)
    found, about = READINGS.empty(), {SKIPPED: f"OCR skipped: {engine.sentence}, {again}"}
else:
    target = Path(snakemake.output[0])
    origin = {ENGINE: engine.version, "row": row, "short_side": short_side}
    cache = DownloadCache(target.parents[2] / "spool" / "audit" / target.stem, origin)
    images = tables.read(snakemake.input.images, IMAGES)
    with logs.stage("read"):
        found = ocr.read_all(images, engine, short_side, snakemake.threads, cache)
    about = {ENGINE: engine.version}
tables.write(snakemake.output[0], found, READINGS, about)
if not isinstance(engine, ocr.Missing):
    cache.clear()
