"""Stored embeddings against the encoders that made them: asked for by name, `snakemake verify_embeddings`."""


rule verify_embedding:
    input:
        samples="results/{dataset}/samples.parquet",
        embeddings=embedding_of_every_split,
        images=images_if_any,
        weights=weights_of,
        code=code_of_kind(
            "verify_embedding.py", "humancentric.embedding.encoders", encoder_of
        ),
    output:
        "results/{dataset}/verification/{view}.{encoder}.json",
    log:
        "logs/verify_embedding/{dataset}/{view}.{encoder}.log",
    conda:
        "../../envs/embeddings.yaml"
    resources:
        gpu=GPUS,
        mem_mb=4000,
    params:
        encoder=encoder_of,
        column=column_if_text,
        share=0.01,
        seed=0,
    script:
        "../scripts/verify_embedding.py"


rule verify_embeddings:
    input:
        parts=all_verifications,
        code=code_of("verify_embeddings.py"),
    output:
        "results/verification.json",
    log:
        "logs/verify_embeddings.log",
    localrule: True
    conda:
        "../../envs/report.yaml"
    script:
        "../scripts/verify_embeddings.py"


rule neighbour_sheet:
    input:
        samples="results/{dataset}/samples.parquet",
        train="results/{dataset}/embeddings/{view}.{encoder}/train.parquet",
        test="results/{dataset}/embeddings/{view}.{encoder}/test.parquet",
        images=images_if_any,
        code=code_of("neighbour_sheet.py"),
    output:
        "results/{dataset}/neighbours/{view}.{encoder}.png",
    log:
        "logs/neighbour_sheet/{dataset}/{view}.{encoder}.log",
    conda:
        "../../envs/report.yaml"
    params:
        column=column_if_text,
        title=title_of,
        publish=publish_of,
        number=6,
        nearest=5,
        seed=0,
    script:
        "../scripts/neighbour_sheet.py"
