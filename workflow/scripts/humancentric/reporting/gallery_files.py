"""Where the galleries of a study stand; imports nothing heavy."""

from humancentric.reporting import study
from humancentric.reporting.study import Config

FOLDER = "results/galleries"
PICTURES = ("map", "neighbours", "errors")
FACTS = "gallery.json"


def asked(config: Config) -> list[str]:
    """Return the datasets of the study whose gallery it asks for; those of other studies may be named beside them."""
    chosen = config["study"].get("galleries", False)
    return [name for name in study.datasets(config) if chosen is True or (chosen and name in chosen)]


def files(config: Config) -> list[str]:
    """Return the files of the galleries that the study asks for; of all it could have where it asks for none."""
    names = [*(f"{picture}.png" for picture in PICTURES), FACTS]
    return [f"{FOLDER}/{name}/{file}" for name in asked(config) or study.datasets(config) for file in names]
