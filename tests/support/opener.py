"""An unsafe pickle: loading it without restrictions creates a file."""

from pathlib import Path


class Opener:
    """Unpickle to a call of `open` that creates the file `path`."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")
