"""`snakemake fetch_data` from the command line."""

import hashlib
import threading

import yaml

from file_server import Server
from running import copy_project, snakemake

FILES = {"train_32x32.mat": b"train" * 50_000, "test_32x32.mat": b"test" * 50_000}


def test_published_files_are_fetched_by_command(tmp_path):
    project = copy_project(tmp_path / "project", results=False)
    checksums = {name: f"sha256:{hashlib.sha256(data).hexdigest()}" for name, data in FILES.items()}

    def command(*options, **choices):
        return snakemake(
            project, "--cores", "1", "--configfile", "own.yaml", *options, "--", "fetch_data", **choices
        )

    with Server(FILES) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        row = {
            "source": {"kind": "svhn", "root": "data/houses", "checksums": checksums},
            "fetch": {name: server.url(name) for name in FILES},
            "licence": "for tests only",
            "task": "single-label",
            "human_centric": False,
            "views": {"standard": {"modality": "image"}},
            "shards": 1,
        }
        downloads = {"private_addresses": True, "attempts": 2}
        config = {"datasets": {"houses": row}, "downloads": downloads, "study": {"fewshot_only": ["houses"]}}
        (project / "own.yaml").write_text(yaml.safe_dump(config))
        server.faults["train_32x32.mat"] = ["cut", "503"]
        run = command(check=False)
        assert run.returncode != 0
        assert (
            "what has been downloaded is kept for the next run, or download the file yourself" in run.stderr
        )
        assert run.stderr.index("houses: licence: for tests only") < run.stderr.index("from http://127.0.0.1")
        command()
        server.shutdown()
    assert [asked for _, asked in server.asked] == [None, "bytes=125000-", "bytes=125000-", None]
    assert {path.name: path.read_bytes() for path in (project / "data/houses").iterdir()} == FILES
    said = command("--config", "only=mvsa,plotster").stderr
    assert "mvsa cannot be downloaded without its authors (https://mcrlab.net/" in said
    assert "plotster is crawled from TMDb by the study, with your own key" in said
    run = command("--config", "only=house", check=False)
    assert "fetch_data: only: 'house' is not a dataset; did you mean 'houses'?" in run.stdout + run.stderr
