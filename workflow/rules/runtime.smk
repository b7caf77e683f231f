"""Jobs that run on the submitting machine, and checks between planning and the first job."""

from humancentric.runtime import slurm
from humancentric.core import files
from humancentric.report.page import job_records

# Local rules: downloads need the network, which compute nodes rarely have; generated data are small, and rules that
# summarise all cells take seconds.


def requests_of_rules():
    """Return {rule: resources of each of its jobs} of the jobs that will be submitted."""
    wanted = {}
    for job in workflow.dag.needrun_jobs():
        if not job.is_local:
            names = [*slurm.OPTIONS, "gpu", "gpu_model"]
            request = {name: job.resources.get(name) for name in names}
            wanted.setdefault(job.rule.name, []).append(request)
    return wanted


def check_commands():
    """Raise `UserError` if the arguments of one command are given to another one, which would ignore them."""
    for command, given in {"compare": RUNS, "new": GIVEN}.items():
        words = [key for key, value in given.items() if value is not None]
        if words and command not in workflow.dag_settings.targets:
            raise UserError(
                f"config: {words[0]} is for `snakemake {command}` only; take it out"
            )


def check_folders():
    """Raise `UserError` if a planned job could not write its files."""
    for job in workflow.dag.needrun_jobs():
        for path in filter(None, (*job.output, *job.log, job.benchmark)):
            files.require_writable(Path(path).parent)


def check_slurm():
    """Raise `UserError` if SLURM would refuse a job or still has jobs of a killed run; do nothing without SLURM."""
    prefix = getattr(workflow.executor_settings, "jobname_prefix", None)
    if prefix is None:
        return
    slurm.check(prefix, Path.cwd(), requests_of_rules())
    slurm.remember_command()
    slurm.cache_job_age()


def planned_rules():
    """Return the rules of the planned jobs, and pairs of rules whose second reads an output of the first."""
    planned = workflow.dag
    pairs = {
        (made.rule.name, reader.rule.name)
        for made, readers in planned.depending.items()
        for reader in readers
    }
    return job_records.graph_record(pairs, [job.rule.name for job in planned.jobs])


def record_planned_rules():
    """Record which rules are planned, unless the plan lacks the report and is partial; no job depends on the record."""
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
    with errors_in_one_line():
        check_commands()
        check_folders()
        check_slurm()
        record_planned_rules()
