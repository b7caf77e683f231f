"""Count the letters of known text that one detector masks, and what it masks of images without text."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

import cv2

from humancentric.core import tables
from humancentric.core.schemas import GLYPHS, TOUCHED
from humancentric.masking import detectors
from humancentric.masking.audit import backgrounds, composition, factor_grid, known_text

row, given, params = snakemake.params.detector, snakemake.params.ink, snakemake.params
cv2.setNumThreads(1)
size = tuple(map(int, snakemake.wildcards.size.split("x")))
levels = factor_grid.levels_of(given, given["sizes"][snakemake.wildcards.size])
settings = factor_grid.settings(levels, given["lines"], params.seed)
own = backgrounds.own_files(given["own"]) if "own" in given else []
pictures = composition.sheets(settings, size, given, own, params.seed)
with logs.stage("audit"):
    detector = detectors.load(row, f"detectors.{snakemake.wildcards.detector}")
    glyphs, touched = known_text.audit(pictures, detector, row)
tables.write(snakemake.output.glyphs, GLYPHS.rows(glyphs), GLYPHS, {"detector": row})
tables.write(snakemake.output.touched, TOUCHED.rows(touched), TOUCHED, {"detector": row})
log.info("%d letters, %d masked", len(glyphs), sum(one["masked"] for one in glyphs))
