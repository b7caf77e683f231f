"""Make inputs of paths with braces, which Snakemake takes for wildcards: there is no way to escape them."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path


def literal(path: str, folder: Path) -> str:
    """Return `path`, or for one with braces a link to it below `folder`, which has the same ending and time.

    The link is made where there is none, also for a file that is not there yet. Each has a folder of its own, because
    Snakemake lists a folder only once in a plan.
    """
    if "{" not in path:
        return path
    target, suffix = os.path.abspath(path), Path(path).suffix
    name = hashlib.sha256(target.encode(errors="surrogateescape")).hexdigest()[:16]
    link = folder / name / ("file" if "{" in suffix else f"file{suffix}")
    link.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):  # made by an earlier plan, or by one at this moment
        link.symlink_to(target)
        with suppress(FileNotFoundError):  # the link must not look newer than what was made of the file
            changed = os.stat(target).st_mtime
            os.utime(link, (changed, changed), follow_symlinks=False)
    return str(link)
