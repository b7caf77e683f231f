"""Evaluate embeddings without probes: zero-shot, out-of-distribution detection, clusters and retrieval."""


include: "inputs/embedding_space.smk"


rule embed_prompts:
    input:
        samples="results/{dataset}/samples.parquet",
        weights=weights_of,
        code=code_of_kind(
            "embed_prompts.py", "humancentric.embedding.encoders", encoder_of
        ),
    output:
        "results/{dataset}/prompts/{encoder}.parquet",
    log:
        "logs/embed_prompts/{dataset}/{encoder}.log",
    benchmark:
        "benchmarks/embed_prompts/{dataset}/{encoder}.tsv"
    wildcard_constraints:
        encoder=one_of(TEXT_ENCODERS),
    conda:
        "../../envs/embeddings.yaml"
    resources:
        gpu=GPUS,
        mem_mb=4000,
    params:
        encoder=encoder_of,
        prompts=prompts_of,
    script:
        "../scripts/embed_prompts.py"


rule time_encoder:
    input:
        weights=weights_of,
        code=code_of_kind(
            "time_encoder.py", "humancentric.embedding.encoders", encoder_of
        ),
    output:
        "results/timing/{encoder}.json",
    log:
        "logs/time_encoder/{encoder}.log",
    wildcard_constraints:
        encoder=one_of(IMAGE_ENCODERS),
    conda:
        "../../envs/embeddings.yaml"
    resources:
        gpu=GPUS,
        mem_mb=4000,
    params:
        encoder=encoder_of,
        pictures=32,
    script:
        "../scripts/time_encoder.py"


rule zeroshot:
    input:
        samples="results/{dataset}/samples.parquet",
        test="results/{dataset}/embeddings/{view}.{encoder}/test.parquet",
        prompts=prompts_of_partner,
        timing="results/timing/{encoder}.json",
        code=code_of("zeroshot.py"),
    output:
        scores="results/{dataset}/zeroshot/{view}.{encoder}.json",
        predictions="results/{dataset}/zeroshot/{view}.{encoder}.predictions.parquet",
    log:
        "logs/zeroshot/{dataset}/{view}.{encoder}.log",
    wildcard_constraints:
        encoder=one_of(STUDY.partners),
    conda:
        "../../envs/probes.yaml"
    params:
        task=task_of,
        first=STUDY.zeroshot_first,
        cluster=cluster_of,
        options=STUDY.claim_options,
    script:
        "../scripts/zeroshot.py"


rule ood:
    input:
        samples=samples_of_comparison,
        train=train_of_comparison,
        tests=tests_of_comparison,
        prompts=prompts_of_comparison,
        code=code_of("ood.py"),
    output:
        results="results/{dataset}/ood/{comparison}/{features}.json",
        scores="results/{dataset}/ood/{comparison}/{features}.scores.parquet",
        values="results/{dataset}/ood/{comparison}/{features}.values.parquet",
    log:
        "logs/ood/{dataset}/{comparison}/{features}.log",
    benchmark:
        "benchmarks/ood/{dataset}/{comparison}/{features}.tsv"
    wildcard_constraints:
        comparison=one_of(STUDY.ood),
        features=rf"{NAME}\.{NAME}",
    conda:
        "../../envs/probes.yaml"
    resources:
        mem_mb=4000,
    params:
        row=comparison_row,
        datasets=compared_datasets,
        clusters=clusters_of_comparison,
        options=STUDY.claim_options,
    script:
        "../scripts/ood.py"


rule clusters:
    input:
        samples="results/{dataset}/samples.parquet",
        train="results/{dataset}/embeddings/{features}/train.parquet",
        test="results/{dataset}/embeddings/{features}/test.parquet",
        code=code_of("clusters.py"),
    output:
        results="results/{dataset}/clusters/{features}.json",
        values="results/{dataset}/clusters/{features}.values.parquet",
    log:
        "logs/clusters/{dataset}/{features}.log",
    benchmark:
        "benchmarks/clusters/{dataset}/{features}.tsv"
    wildcard_constraints:
        features=rf"{NAME}\.{NAME}",
    conda:
        "../../envs/probes.yaml"
    resources:
        mem_mb=4000,
    params:
        seeds=STUDY.seeds,
        cluster=cluster_of,
        options=STUDY.claim_options,
    script:
        "../scripts/clusters.py"


rule retrieval:
    input:
        samples="results/{dataset}/samples.parquet",
        embeddings=embeddings_of_retrieval,
        ids=pictures_known_by,
        code=code_of("retrieval.py"),
    output:
        scores="results/{dataset}/retrieval/{features}.json",
        ranks="results/{dataset}/retrieval/{features}.ranks.parquet",
        values="results/{dataset}/retrieval/{features}.values.parquet",
    log:
        "logs/retrieval/{dataset}/{features}.log",
    benchmark:
        "benchmarks/retrieval/{dataset}/{features}.tsv"
    wildcard_constraints:
        dataset=one_of(STUDY.retrieval),
    conda:
        "../../envs/probes.yaml"
    resources:
        gpu=GPUS,
        mem_mb=8000,
    params:
        column=column_of_retrieval,
        shared=shares_space,
        cluster=cluster_of,
        options=STUDY.claim_options,
    script:
        "../scripts/retrieval.py"
