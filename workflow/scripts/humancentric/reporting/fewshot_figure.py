"""Few-shot curves."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter, NullLocator

from humancentric.reporting import study
from humancentric.reporting.cells import Scores
from humancentric.reporting.fewshot_blocks import figure_blocks
from humancentric.reporting.numbers import UNITS
from humancentric.reporting.palette import QUIET, looks
from humancentric.reporting.panels import empty, legend, panels
from humancentric.reporting.study import Config


def draw(scores: Scores, config: Config) -> Figure:
    """Return few-shot curves: a panel a dataset, a line an encoder and view, a band of one standard deviation."""
    blocks, drawn = figure_blocks(config), looks(config)
    figure, axes = panels(len(blocks))
    handles: dict[str, Line2D] = {}
    for block, panel in zip(blocks, axes, strict=True):
        unit, shots = UNITS[block.metric(config)], block.shots(config)
        derived = study.derived_views(config, block.datasets[0])
        panel.set_title(block.title(config))
        for features in block.features(scores, config):
            cells = {n: block.cell(scores, config, features, n) for n in shots}
            points = [(n, cell.mean * unit.scale, cell.std * unit.scale) for n, cell in cells.items() if cell]
            if not points:
                continue
            ((view, encoder),) = study.split_features(features)
            look, plain = drawn[encoder], view not in derived
            x, y, s = zip(*points, strict=True)
            style = {
                "color": look.colour,
                "marker": look.marker,
                "ls": look.stroke if plain else (0, (2, 1.2)),
            }
            (line,) = panel.plot(x, y, **style, mfc=look.colour if plain else "white")
            low, high = ([m + sign * d for m, d in zip(y, s, strict=True)] for sign in (-1, 1))
            panel.fill_between(x, low, high, color=look.colour, alpha=0.16 if plain else 0.08, lw=0)
            handles.setdefault(features, line)
        if not panel.lines:
            empty(panel)
            continue
        chance = {n: cell for n in shots if (cell := block.chance(scores, config, n))}
        if chance:
            heights = [cell.mean * unit.scale for cell in chance.values()]
            (line,) = panel.plot(list(chance), heights, color=QUIET, ls=(0, (1, 2)), lw=1.4)
            handles[""] = line
        panel.set_xscale("log")
        panel.set_xticks(shots, [str(n) for n in shots])
        panel.xaxis.set_minor_locator(NullLocator())
        panel.xaxis.set_minor_formatter(NullFormatter())
        panel.set_xlabel("shots a class")
        panel.set_ylabel(unit.title)
    chance = handles.pop("", None)
    seen = sorted(handles, key=lambda features: _place(config, features))
    columns = len({study.split_features(features)[0][1] for features in seen})
    columns = columns if len(axes) > 2 else min(columns, len(axes))  # a narrow figure has a narrow legend
    named = {study.name_of(config, features): handles[features] for features in seen}
    legend(figure, named | ({"Shuffled labels": chance} if chance else {}), columns)
    return figure


def _place(config: Config, features: str) -> tuple[int, int]:
    """Return where features stand in a legend whose columns are encoders: beside the other views of their encoder."""
    ((view, encoder),) = study.split_features(features)
    seen = [
        name for dataset in study.fewshot_datasets(config) for name in config["datasets"][dataset]["views"]
    ]
    return list(config["encoders"]).index(encoder), seen.index(view)
