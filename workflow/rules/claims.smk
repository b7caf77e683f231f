"""Claims: every sentence with its estimate, its interval and a verdict."""


rule claims:
    input:
        samples=samples_of_claims,
        predictions=predictions_of_claims,
        fewshot=fewshot_of_claims,
        paper="resources/paper_reference.json",
        code=code_of("claims.py"),
    output:
        json="results/claims.json",
        table="results/claims.parquet",
    log:
        "logs/claims.log",
    benchmark:
        "benchmarks/claims.tsv"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=4000,
    params:
        study=claim_grid.excerpt(config),
    script:
        "../scripts/claims.py"
