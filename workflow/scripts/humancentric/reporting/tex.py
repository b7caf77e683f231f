"""The TeX engine of this machine, if there is one; light, since the workflow asks while planning."""

import shutil
import subprocess
from functools import cache

NEEDED = ("booktabs.sty", "graphicx.sty", "xcolor.sty", "geometry.sty")


@cache
def engine() -> str | None:
    """Return the program that can make the PDF: pdflatex with the packages needed, else tectonic, else None.

    Light enough for planning: looks at PATH and asks TeX's own index for the packages.
    """
    if shutil.which("pdflatex") and shutil.which("kpsewhich"):
        asked = subprocess.run(["kpsewhich", *NEEDED], capture_output=True, text=True, timeout=60)
        if len(asked.stdout.split()) == len(NEEDED):
            return "pdflatex"
    return "tectonic" if shutil.which("tectonic") else None
