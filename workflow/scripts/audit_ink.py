"""Measure which letters of known text one detector masks, and how much it masks on images without text."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import cv2

from humancentric.core import tables
from humancentric.core.schemas import GLYPHS, TOUCHED
from humancentric.masking import detectors
from humancentric.masking.audit import composition, coverage, lettering

params = snakemake.params
row, grid = params.detector, params.ink
cv2.setNumThreads(1)
size = tuple(map(int, snakemake.wildcards.size.split("x")))
levels = lettering.levels_of(grid, grid["sizes"][snakemake.wildcards.size])
settings = lettering.settings(levels, grid["lines"], params.seed)
own = composition.own_files(grid["own"]) if "own" in grid else []
pictures = composition.text_pictures(settings, size, grid, own, params.seed)
with logs.stage("audit"):
    detector = detectors.load(row, f"detectors.{snakemake.wildcards.detector}")
    glyphs, touched = coverage.known_text(pictures, detector, row)
tables.write(snakemake.output.glyphs, GLYPHS.rows(glyphs), GLYPHS, {"detector": row})
tables.write(snakemake.output.touched, TOUCHED.rows(touched), TOUCHED, {"detector": row})
log.info("%d letters, %d masked", len(glyphs), sum(letter["masked"] for letter in glyphs))
