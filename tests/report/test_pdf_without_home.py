"""TeX keeps caches in the home folder; where there is none it gets one."""

import os

import pytest

from humancentric.report import document


@pytest.mark.parametrize("home", [None, "/of/a/user"])
def test_the_tex_program_has_a_home(tmp_path, monkeypatch, home):
    for name in ("tables", "figures", "bin"):
        (tmp_path / name).mkdir()
    program = tmp_path / "bin" / "tectonic"
    program.write_text(
        '#!/bin/sh\n[ -n "$HOME" ] || { echo "error: no HOME"; exit 1; }\nprintf %s "$HOME" > paper.pdf\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(document, "tex_program", lambda: "tectonic")
    monkeypatch.delenv("HOME") if home is None else monkeypatch.setenv("HOME", home)
    pdf, _ = document.compile_pdf("text", tmp_path)
    assert pdf == home.encode() if home else pdf.startswith(b"/")
