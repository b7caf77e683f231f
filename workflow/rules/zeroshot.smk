"""Zero-shot: pictures beside class names put into words, where two encoders share a space."""


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
        encoder=one_of(catalogue.partners(config)),
    conda:
        "../../envs/probes.yaml"
    params:
        task=task_of,
    script:
        "../scripts/zeroshot.py"
