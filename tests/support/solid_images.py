"""Small images of one colour, for tests that need an image file with any content."""

from pathlib import Path

from PIL import Image


def save(path: Path, size: tuple[int, int] = (8, 6), kind: str = "PNG") -> None:
    """Write a red image of `size` (width, height) to `path`; create missing folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "red").save(path, kind)
