"""The report page in headless Chromium: nothing on the console, no request, nothing wider than a telephone."""

import json
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import reporting_scores as made
from humancentric.report.page import job_records
from humancentric.report.page.page import Sources, render
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.study.report_excerpt import effective
from project import ROOT
from studies import report_study, study_of

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-default-browser-check",
    ),
)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH: the page is not opened")
WIDTHS = """<!DOCTYPE html><title>w</title><iframe src="report.html" width="WIDTH" height="800"></iframe>
<script>onload = () => { const page = document.querySelector("iframe").contentDocument.documentElement;
document.title = JSON.stringify([page.scrollWidth, page.clientWidth]); };</script>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """Return a folder with a page of every section, served below as it would be from a disk."""
    folder = tmp_path_factory.mktemp("browser")
    config = made.configuration()
    pairs = [("generate_movies", "samples"), ("samples", "embed_images"), ("embed_images", "report")]
    rules = [name for pair in pairs for name in pair]
    (folder / "graph.json").write_text(json.dumps(job_records.graph_record(pairs, rules)))
    sources = Sources(
        benchmarks="nowhere",
        results="nowhere",
        graph=folder / "graph.json",
        config=effective(config, study_of(config)),
    )
    template = ROOT / "workflow" / "report" / "page.html.j2"
    found = render(
        ReportInputs(Scores(made.table(made.of_study(config))), made.REFERENCE),
        report_study(config),
        template,
        sources,
    )
    (folder / "report.html").write_text(found, encoding="utf-8")
    return folder


@pytest.fixture
def served(page):
    """Yield the address of a server of that folder, and the paths that it is asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            name = self.path.lstrip("/")
            width = re.fullmatch(r"width-(\d+)\.html", name)
            data = WIDTHS.replace("WIDTH", width[1]).encode() if width else (page / name).read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def browse(address: str, profile: Path, *flags: str) -> subprocess.CompletedProcess:
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *flags, address]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)


@needs_chromium
def test_nothing_is_said_on_the_console_and_nothing_asked_for(page, served, tmp_path):
    address, asked = served
    shot = tmp_path / "page.png"
    flags = ("--enable-logging=stderr", "--window-size=1600,1200", f"--screenshot={shot}")
    ran = browse(f"{address}/report.html", tmp_path / "profile", *flags)
    assert shot.stat().st_size > 20_000
    assert asked == ["/report.html"]
    assert [line for line in ran.stderr.splitlines() if "CONSOLE" in line] == []


@needs_chromium
@pytest.mark.parametrize("width", [360, 1600])
def test_the_page_is_no_wider_than_its_window(served, tmp_path, width):
    address, _ = served
    flags = ("--dump-dom", "--virtual-time-budget=20000", "--window-size=1800,1200")
    ran = browse(f"{address}/width-{width}.html", tmp_path / "profile", *flags)
    content, window = json.loads(re.search(r"<title>(\[[\d,]+\])</title>", ran.stdout)[1])
    assert window == width
    assert content <= window
