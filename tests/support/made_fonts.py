"""Replace the system's fonts by generated ones, whose few characters are all drawn as an A."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager

from humancentric.core import fonts

DEJAVU = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")


@contextmanager
def no_fonts_but_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Hide the system's fonts; yield a function that installs fonts, given as name=characters."""
    manager, paths = font_manager.fontManager, []
    ours = [entry for entry in manager.ttflist if entry.fname.startswith(matplotlib.get_data_path())]
    monkeypatch.setattr(manager, "ttflist", ours)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: paths)

    caches = (fonts._faces, fonts._known, fonts._coverage)

    def clear() -> None:
        for cache in caches:
            cache.cache_clear()

    def install(**characters: str) -> None:
        for name, supported in characters.items():
            font = TTFont(DEJAVU)
            for table in font["cmap"].tables:
                table.cmap = {ord(c): "A" for c in supported} if table.isUnicode() else {}
            for record in [record for record in font["name"].names if record.nameID in (1, 4, 16)]:
                font["name"].setName(name, record.nameID, record.platformID, record.platEncID, record.langID)
            paths.append(str(folder / f"{name}.ttf"))
            font.save(paths[-1])
        clear()

    clear()
    yield install
    clear()
