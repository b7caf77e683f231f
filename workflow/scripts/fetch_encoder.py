"""Download the weights of one frozen encoder from the model hub into the local cache."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

from humancentric.core.files import write_json
from humancentric.embedding import weights_lock

name = snakemake.wildcards.encoder
with logs.stage("fetch"):
    pin = weights_lock.fetch(snakemake.params.encoder, name, Path(snakemake.params.lock))
write_json(snakemake.output[0], pin._asdict())
log.info("%s: %s of %s, revision %s, sha256 %s", name, pin.file, pin.repository, pin.revision, pin.sha256)
