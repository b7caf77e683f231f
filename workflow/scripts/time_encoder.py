"""How many milliseconds a picture takes one frozen encoder on this machine."""

from humancentric import logs

log = logs.start(snakemake.log[0])

from humancentric import encoders, files, timing

name = snakemake.wildcards.encoder
encoder = encoders.load(dict(snakemake.params.encoder), name, snakemake.threads)
found = timing.measure(encoder, snakemake.params.pictures, snakemake.threads)
files.write_json(snakemake.output[0], {"encoder": name, **found})
log.info("%s: %.2f ms a picture on %s", name, found["milliseconds"], found["device"])
