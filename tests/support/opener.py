"""A pickle that runs code when it is read without care: it makes a file."""

from pathlib import Path


class Opener:
    """Pickled, this is a call of `open` that makes the file `path`."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")
