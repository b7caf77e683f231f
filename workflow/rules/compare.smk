"""Two runs beside each other: `snakemake compare --config left=DIR right=DIR`; `right` is this run if left out."""


def side_of_comparison(side):
    """Return the input function for the folder of one run, as it was given on the command line."""

    def folder(wildcards):
        given = RUNS.get(side) or ("results" if side == "right" else None)
        if given is None:
            raise WorkflowError(
                "compare: left is missing; add --config left=DIR right=DIR, two folders of results"
            )
        return str(given)

    return folder


# No output, so that it always runs; the folders are no input, so that nothing in them is made again.
rule compare:
    input:
        template="workflow/report/compare.html.j2",
        code=code_of("compare.py"),
    log:
        "logs/compare.log",
    localrule: True
    conda:
        "../../envs/report.yaml"
    params:
        left=side_of_comparison("left"),
        right=side_of_comparison("right"),
        folder="results/compare",
    script:
        "../scripts/compare.py"
