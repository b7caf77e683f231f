"""Build Study objects from configs, for tests that change rows of the config first."""

from typing import Any

from humancentric.study import claim_grid, report_excerpt
from humancentric.study.from_config import study_from_config
from humancentric.study.study import Study


def study_of(config: Any) -> Study:
    """Return the study of a config; a study is returned as it is."""
    return config if isinstance(config, Study) else study_from_config(config)


def report_study(config: Any) -> Study:
    """Return the excerpt of the study that the jobs of tables, figures and report receive."""
    return Study.from_params(report_excerpt.excerpt(study_of(config)))


def claim_study(config: Any) -> Study:
    """Return the excerpt of the study that the job of claims receives."""
    return Study.from_params(claim_grid.excerpt(study_of(config)))
