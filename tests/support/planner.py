"""Serve dry runs of Snakemake from a process that has imported it already; every dry run is forked.

A request is a line of JSON on standard input: ``folder``, ``args``, ``environ`` and ``output``, the path of the file
that receives the output of the dry run. The reply is a line with the exit status. This module imports nothing of the
project, so that every dry run reads the rules and the library of its own folder.
"""

import json
import os
import sys

import jsonschema  # noqa: F401 (like pyarrow, imported in advance because the rules import it)
import pyarrow.compute
import pyarrow.parquet  # noqa: F401
from snakemake.cli import main


def dry_run(request: dict) -> None:
    """Run Snakemake in this process as its command line does; does not return."""
    output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())
    os.environ.clear()
    os.environ.update(request["environ"])
    os.chdir(request["folder"])
    sys.argv[1:] = request["args"]
    sys.exit(main(request["args"]))


if __name__ == "__main__":
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            dry_run(json.loads(line))
        _, status = os.waitpid(child, 0)
        replies.write(f"{os.waitstatus_to_exitcode(status)}\n")
