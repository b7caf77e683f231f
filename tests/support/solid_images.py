"""Small pictures of one colour, for tests that need a file and not its content."""

from pathlib import Path

from PIL import Image


def save(path: Path, size: tuple[int, int] = (8, 6), kind: str = "PNG") -> None:
    """Write a red picture of `size` (width, height) to `path`, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "red").save(path, kind)
