"""What the page's picture of the workflow is drawn from: the planned jobs, as Snakemake is about to run them."""

from humancentric.core import files
from humancentric.report.page import rule_graph


def planned_rules():
    """Return the rule of every planned job, and pairs of rules of which the second reads what the first makes."""
    planned = workflow.dag
    pairs = {
        (made.rule.name, reader.rule.name)
        for made, readers in planned.depending.items()
        for reader in readers
    }
    return rule_graph.facts(pairs, [job.rule.name for job in planned.jobs])


def record_planned_rules():
    """Write down which rules are planned: a record, like the benchmarks, and no job's input.

    A plan without the report would leave a part for the whole, and is not recorded.
    """
    if any(job.rule.name == "report" for job in workflow.dag.jobs):
        files.write_json(".snakemake/rule-graph.json", planned_rules())
