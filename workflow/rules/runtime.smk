"""Jobs that stay on the submitting machine, and what happens between the plan and the first job."""

from functools import cache
from humancentric.runtime.slurm import preflight
from humancentric.runtime.slurm.requests import OPTIONS
from humancentric.core import files
from humancentric.report.page import rule_graph

# Downloads need the network, which compute nodes seldom have. What is generated is small, and what follows from all cells
# takes seconds.


def requests_of_rules():
    """Return {rule: resources of each of its jobs} of the jobs that will be submitted."""
    wanted = {}
    for job in workflow.dag.needrun_jobs():
        if not job.is_local:
            names = [*OPTIONS, "gpu", "gpu_model"]
            asked = {name: job.resources.get(name) for name in names}
            wanted.setdefault(job.rule.name, []).append(asked)
    return wanted


def ask_for_job_age_once():
    """Have the executor ask SLURM's controller once for how long it remembers jobs, which does not change.

    It asks before every look at its jobs. Without an answer, as while the controller is restarted, it looks by `sacct`
    instead, which tells nothing where there is no accounting; then it forgets all jobs and waits for ever.
    """
    import snakemake_executor_plugin_slurm as executor

    executor.get_min_job_age = cache(executor.get_min_job_age)
    executor.get_min_job_age()


def ask_slurm():
    """Stop where SLURM would refuse a job, or still has jobs of a run that was killed; nothing without SLURM."""
    prefix = getattr(workflow.executor_settings, "jobname_prefix", None)
    if prefix is None:
        return
    try:
        preflight.check(prefix, Path.cwd(), requests_of_rules())
    except UserError as error:
        raise WorkflowError(str(error)) from None
    preflight.remember_command()
    ask_for_job_age_once()


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


localrules:
    crawl_slice,
    fetch_posters,
    fetch_images,
    merge_listing,
    read_listing,
    generate_movies,
    generate_covers,
    generate_tweets,
    generate_objects,
    contact_sheet,
    text_lengths,
    differences,
    scores,
    tables,
    figures,
    report,
    paper_pdf,


onstart:
    ask_slurm()
    record_planned_rules()
