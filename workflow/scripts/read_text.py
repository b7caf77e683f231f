"""Read the text in the boxes of one shard of pictures."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.masking import text_recognition

with logs.stage("read"):
    recogniser = text_recognition.load()
    found = text_recognition.read_shard(
        snakemake.input.images, snakemake.input.boxes, snakemake.output[0], recogniser
    )
log.info("text was read in %d pictures", found)
