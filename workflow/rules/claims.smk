"""Judge claims, changes after a cut-off, the ladder of encoders, specifications and contamination."""


include: "inputs/claims.smk"


rule differences:
    input:
        before_samples=samples_of_parent,
        before=predictions_of_parent,
        after_samples="results/{dataset}/samples.parquet",
        after=predictions_of_control,
        code=code_of("differences.py"),
    output:
        "results/{dataset}/differences.json",
    log:
        "logs/differences/{dataset}.log",
    benchmark:
        "benchmarks/differences/{dataset}.tsv"
    wildcard_constraints:
        dataset=one_of(CONTROLS),
    conda:
        "../../envs/probes.yaml"
    params:
        features=compared_features,
        pairs=compared_pairs,
        trained_on=parent_of,
        protocol=STUDY.chosen_protocols[0],
        task=task_of,
        clusters=clusters_of_both,
        options=difference_options(),
    script:
        "../scripts/differences.py"


rule claims:
    input:
        samples=samples_of_claims,
        predictions=predictions_of_claims,
        fewshot=fewshot_of_claims,
        item_scores=item_scores_of_claims,
        paper=shipped("resources/paper_reference.json"),
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
        study=claim_grid.excerpt(STUDY),
    script:
        "../scripts/claims.py"


rule ladder:
    input:
        samples=samples_of_ladder,
        predictions=predictions_of_ladder,
        ratings=ratings_of_ladder,
        code=code_of("ladder.py"),
    output:
        "results/ladder.json",
    log:
        "logs/ladder.log",
    benchmark:
        "benchmarks/ladder.tsv"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=4000,
    params:
        study=ladder.excerpt(STUDY),
    script:
        "../scripts/ladder.py"


rule specification_verdicts:
    input:
        samples=[
            f"results/{name}/samples.parquet"
            for name in specification_grid.datasets(STUDY)
        ],
        scores=specification_scores,
        paper=shipped("resources/paper_reference.json"),
        code=code_of("specification_verdicts.py"),
    output:
        "results/specifications.json",
    log:
        "logs/specification_verdicts.log",
    benchmark:
        "benchmarks/specification_verdicts.tsv"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=4000,
    params:
        study=specification_grid.excerpt(STUDY),
        margin=(STUDY.specifications or {}).get("margin", specification_grid.MARGIN),
    script:
        "../scripts/specification_verdicts.py"


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
