"""Zero-shot: pictures beside class names put into words, where two encoders share a space."""


rule embed_prompts:
    input:
        samples="results/{dataset}/samples.parquet",
        code=code_of("embed_prompts.py"),
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
