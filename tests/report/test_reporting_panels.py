"""What all figures share."""

import pytest
from matplotlib.lines import Line2D

from humancentric.report.panels import legend, panels, styled

NAMES = {
    "short": [f"e{number}" for number in range(8)],
    "long": ["Christian Books & Bibles", "Mystery, Thriller & Suspense", "Computers & Technology", "Travel"],
    "wide": ["WWWWWWWWWWWWWWWWWWWWWWWW", "MMMMMMMMMMMMMMMMMMMMMMMM"],
}


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_a_legend_stays_within_its_figure(names, count):
    with styled():
        figure, _ = panels(count)
        legend(figure, {name: Line2D([], []) for name in names}, columns=5)
        figure.canvas.draw()
        (drawn,) = figure.legends
        box = drawn.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width
        assert (drawn._ncols > 1) or names is not NAMES["short"]
