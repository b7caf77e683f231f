"""Embed a dataset's class names, filled into its prompt templates, with one frozen text encoder."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.dataset import labels
from humancentric.embedding import encoders, prompts

with logs.stage("load"):
    name, row = snakemake.wildcards.encoder, dict(snakemake.params.encoder)
    encoder = encoders.load(encoders.pinned(row, snakemake.input.weights), name, snakemake.threads)
splits = labels.read(snakemake.input.samples)
classes = labels.classes_of(splits["train"], splits["test"])
sentences = prompts.sentences(classes, snakemake.params.prompts)
with logs.stage(f"embed {len(sentences)} prompts"):
    vectors = encoder.embed_texts([prompt.text for prompt in sentences])
metadata = {"encoder": name, "row": row, "classes": classes, **encoder.description}
prompts.write(snakemake.output[0], sentences, vectors, metadata)
log.info("%s: %d prompts for %d classes", name, len(sentences), len(classes))
