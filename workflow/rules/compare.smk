"""Two runs beside each other: `snakemake compare --config left=DIR right=DIR`; `right` is this run if left out."""

# The rule has no output, so it always runs; the folders are not inputs, so nothing in them is rerun.


rule compare:
    input:
        template=shipped("workflow/report/compare.html.j2"),
        code=code_of("compare.py"),
    log:
        "logs/compare.log",
    localrule: True
    conda:
        "../../envs/report.yaml"
    params:
        # functions, because Snakemake takes braces in strings for wildcards
        left=lambda wildcards: str(RUNS["left"] or ""),
        right=lambda wildcards: str(RUNS["right"] or "results"),
        folder="results/compare",
    script:
        "../scripts/compare.py"
