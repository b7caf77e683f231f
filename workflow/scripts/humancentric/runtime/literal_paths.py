"""Link to input paths with braces, which Snakemake would take for wildcards and which cannot be escaped."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path


def literal(path: str, folder: Path) -> str:
    """Return `path` or, if it contains braces, a link to it below `folder` with the same suffix and time.

    The link is made if there is none, even to a file that does not exist yet. Each link has its own folder, because
    Snakemake lists a folder only once in a plan.
    """
    if "{" not in path:
        return path
    target, suffix = os.path.abspath(path), Path(path).suffix
    name = hashlib.sha256(target.encode(errors="surrogateescape")).hexdigest()[:16]
    link = folder / name / ("file" if "{" in suffix else f"file{suffix}")
    link.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):  # made by an earlier plan, or by a concurrent one
        link.symlink_to(target)
        with suppress(FileNotFoundError):  # the link must not look newer than results of the file
            changed = os.stat(target).st_mtime
            os.utime(link, (changed, changed), follow_symlinks=False)
    return str(link)
