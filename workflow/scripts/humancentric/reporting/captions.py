"""The sentences under figures and above tables, from the configuration alone."""

from humancentric.reporting import (
    control_table,
    differences_table,
    fewshot_table,
    study,
    targets,
    transfer_table,
    zeroshot_table,
)
from humancentric.reporting.study import Config

FIGURES = {
    "fewshot": "Few-shot: 1-nearest neighbour on pictures, mean over repeated draws; bands are one standard deviation.",
    "masking-effect": "Pictures alone, with their text and with the text masked; bars are one standard deviation.",
    "differences": (
        "Leads of encoders that were trained on images and language over others, by month of release: points are "
        "slices of time with 95 % intervals (pale and without: fewer than 5 samples), lines "
        "the means before (filled) and after (open) the cut-off."
    ),
    "control": "Scores on the dataset that heads were trained on (filled) and on the control (open).",
}


def tables(config: Config) -> dict[str, str]:
    """Return the caption of every table of a study by name, in the order of `targets.table_names`."""
    found = {}
    for name in study.datasets(config):
        found[name] = transfer_table.caption(config, name)
        found[f"{name}-against-paper"] = transfer_table.caption(config, name, against_paper=True)
    found |= {"fewshot": fewshot_table.caption(config), "control": control_table.caption(config)}
    found["differences"] = differences_table.caption(config)
    found["zeroshot"] = zeroshot_table.caption(config)
    return {name: found[name] for name in targets.table_names(config)}


def figures(config: Config) -> dict[str, str]:
    """Return the caption of every figure of a study by name."""
    return {name: FIGURES[name] for name in targets.figure_names(config)}
