"""Find the readable characters that survive masking, image by image."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.core import tables
from humancentric.core.schemas import READINGS, SURVIVAL
from humancentric.masking.audit.summary import survival

inputs, params = snakemake.input, snakemake.params
about = tables.read_metadata(inputs.after) | tables.read_metadata(inputs.before)
found = survival(
    *(tables.read(path, READINGS) for path in (inputs.before, inputs.again, inputs.after)),
    confidence=params.reading["confidence"],
    shortest=params.reading["shortest"],
    least=params.reading["overlap"],
)
tables.write(snakemake.output[0], found, SURVIVAL, about)
readable, surviving = (sum(found[name].to_pylist()) for name in ("readable", "surviving"))
log.info("%d pictures, %d of %d readable characters survive", len(found), surviving, readable)
