"""Write the PDF of all tables and figures, if a TeX program is installed."""

import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import jinja2

from humancentric.core.errors import UserError
from humancentric.report.figures import study_figures
from humancentric.report.latex import OTHER, breakable
from humancentric.report.tables import study_tables
from humancentric.study.report_config import label
from humancentric.study.study import Study

NEEDED = ("booktabs.sty", "graphicx.sty", "xcolor.sty", "geometry.sty")


@cache
def tex_program() -> str | None:
    """Return the program that makes the PDF: pdflatex with the needed packages, else tectonic, else None.

    Fast enough for planning: only PATH and TeX's own index of packages are searched.
    """
    if shutil.which("pdflatex") and shutil.which("kpsewhich"):
        asked = subprocess.run(["kpsewhich", *NEEDED], capture_output=True, text=True, timeout=60)
        if len(asked.stdout.split()) == len(NEEDED):
            return "pdflatex"
    return "tectonic" if shutil.which("tectonic") else None


OVERFULL = re.compile(r"Overfull \\[hv]box \(([\d.]+)pt|Float too large for page by ([\d.]+)pt")
BRACKETS = {  # braces have another meaning in LaTeX
    **{"block_start_string": "<%", "block_end_string": "%>", "variable_start_string": "<<"},
    **{"variable_end_string": ">>", "comment_start_string": "<#", "comment_end_string": "#>"},
}
DEBIAN = "texlive-latex-base texlive-latex-recommended"


def source(study: Study, template: str | Path) -> str:
    """Return the LaTeX document of a study from the Jinja `template`; it inputs the files of tables and figures."""
    tables = sorted(
        study_tables(study), key=lambda table: table.spec.folded
    )  # stable: the main ones come first
    demo = [label(study, "datasets", name) for name in study.dataset_names if study.datasets[name].generated]
    warning = f"{', '.join(demo)}: drawn by the workflow itself; their numbers say nothing about real data."
    introduction = (
        f"Study {study.name}, protocol {study.chosen_protocols[0]}, "
        f"{study.seeds} runs a cell. "
        "Rows are image encoders, columns text encoders."
    )
    environment = jinja2.Environment(
        **BRACKETS, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(Path(template).read_text(encoding="utf-8")).render(
        other=OTHER,
        study=breakable(str(study.name)),
        title=breakable(f"humancentric: study {study.name}"),
        demo=breakable(warning) if demo else "",
        introduction=breakable(introduction),
        tables=[{"name": found.name, "caption": breakable(found.caption(study))} for found in tables],
        figures=[
            {"name": found.name, "caption": breakable(found.caption(study))} for found in study_figures(study)
        ],
    )


def compile_pdf(document: str, folder: str | Path) -> tuple[bytes, list[float]]:
    """Compile a LaTeX `document` with inputs in `folder`; return the PDF and its overfull boxes in points.

    Raises `UserError` if there is no TeX program, or with its first error if it fails.
    """
    found = tex_program()
    if found is None:
        raise UserError(
            f"paper.pdf: no TeX engine on PATH; apt-get install {DEBIAN}, or leave the target out"
        )
    with tempfile.TemporaryDirectory() as folder_name:
        work = Path(folder_name)
        (work / "paper.tex").write_text(document, encoding="utf-8")
        for name in ("tables", "figures"):
            (work / name).symlink_to((Path(folder) / name).resolve())
        fixed = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"]
        commands = {
            "pdflatex": [["pdflatex", *fixed]] * 2,
            "tectonic": [["tectonic", "--keep-logs", "paper.tex"]],
        }
        for command in commands[found]:
            ran = subprocess.run(command, cwd=work, capture_output=True, timeout=600)
            text = ran.stdout.decode("utf-8", "replace") + ran.stderr.decode("utf-8", "replace")
            if ran.returncode:
                said = [line for line in text.splitlines() if line.startswith(("!", "error:"))]
                first = said[0] if said else text.strip().splitlines()[-1] if text.strip() else "no message"
                raise UserError(
                    f"paper.pdf: {found} stopped: {first}; mend the table it names or install {DEBIAN}"
                )
        log = work / "paper.log"
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        return (work / "paper.pdf").read_bytes(), [float(box or page) for box, page in OVERFULL.findall(text)]
