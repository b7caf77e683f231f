"""Add the texts read in the pictures to the samples of a dataset."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from humancentric.masking.text_recognition import with_texts
from humancentric.study.reading_grid import OCR

with_texts(snakemake.input.samples, snakemake.input.parts, OCR, snakemake.output[0])
