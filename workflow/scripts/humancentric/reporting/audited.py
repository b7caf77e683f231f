"""What a report shows of the masking audit, from the configuration alone; imports nothing heavy."""

from humancentric.config import audit
from humancentric.config.catalogue import Config

SUMMARY = "results/audit/summary.json"
READ, INK, FACTORS = "masking-audit-read", "masking-audit-ink", "masking-audit-factors"
SHEETS = ("worst", "drawn")


def subjects(config: Config) -> dict[str, list[str]]:
    """Return {dataset: what is read of it after masking}, of a configuration or of the excerpt that jobs are given."""
    if "audited" in config:
        return config["audited"]
    return {name: list(audit.subjects(config, name)) for name in audit.datasets(config)}


def tables(config: Config) -> list[str]:
    """Return the names of the audit's tables: of what is read, and of known ink, where there is anything to judge."""
    read, ink = audit.datasets(config), audit.detectors(config)
    return [*([READ] if read else []), *([INK, FACTORS] if ink else [])]


def asked(config: Config) -> bool:
    """Return whether the study wants masking audited."""
    return bool(config["study"].get("audit"))


def files(config: Config) -> list[str]:
    """Return the files that the page's section reads: the shares, and the contact sheets."""
    return [
        SUMMARY,
        *(
            f"results/{dataset}/audit/{subject}.{sheet}.png"
            for dataset, names in subjects(config).items()
            for subject in names
            for sheet in SHEETS
        ),
    ]
