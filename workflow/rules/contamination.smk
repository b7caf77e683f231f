"""Whether encoders have seen samples before: at their own cut-offs, and without twins of training samples."""


include: "inputs/contamination.smk"


rule find_embedding_twins:
    input:
        samples=samples_of_contamination,
        train=train_embeddings_of_spaces,
        test=test_embeddings_of_spaces,
        code=code_of("find_embedding_twins.py"),
    output:
        "results/{dataset}/embedding_twins.parquet",
    log:
        "logs/find_embedding_twins/{dataset}.log",
    benchmark:
        "benchmarks/find_embedding_twins/{dataset}.tsv"
    wildcard_constraints:
        dataset=one_of(TRAINED),
    conda:
        "../../envs/probes.yaml"
    resources:
        mem_mb=4000,
    params:
        spaces=spaces_of,
    script:
        "../scripts/find_embedding_twins.py"


rule contamination:
    input:
        samples=samples_of_contamination,
        predictions=predictions_of_contamination,
        leakage="results/{dataset}/leakage.parquet",
        neighbours="results/{dataset}/embedding_twins.parquet",
        code=code_of("contamination.py"),
    output:
        "results/{dataset}/contamination.json",
    log:
        "logs/contamination/{dataset}.log",
    benchmark:
        "benchmarks/contamination/{dataset}.tsv"
    wildcard_constraints:
        dataset=one_of(TRAINED),
    conda:
        "../../envs/report.yaml"
    params:
        cells=singles_of,
        cut_offs=cut_offs_of,
        columns=columns_of_contamination,
        task=task_of,
        options=contamination_options(),
    script:
        "../scripts/contamination.py"
