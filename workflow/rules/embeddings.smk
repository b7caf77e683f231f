"""Weights, embeddings, and their verification."""


include: "inputs/embeddings.smk"


rule fetch_encoder:
    input:
        code=code_of_kind(
            "fetch_encoder.py", "humancentric.embedding.encoders", encoder_of
        ),
    output:
        "results/weights/{encoder}.json",
    log:
        "logs/fetch_encoder/{encoder}.log",
    wildcard_constraints:
        encoder=one_of(FROM_HUB),
    localrule: True
    conda:
        "../../envs/embeddings.yaml"
    params:
        encoder=encoder_of,
        lock=shipped("resources/weights.lock"),
    script:
        "../scripts/fetch_encoder.py"


rule fetch_weights:
    input:
        all_weights(),
    localrule: True


rule embed_images:
    input:
        samples="results/{dataset}/samples.parquet",
        images=images_of_view,
        weights=weights_of,
        code=code_of_kind(
            "embed_images.py", "humancentric.embedding.encoders", encoder_of
        ),
    output:
        train="results/{dataset}/embeddings/{view}.{encoder}/train.parquet",
        test="results/{dataset}/embeddings/{view}.{encoder}/test.parquet",
    log:
        "logs/embed_images/{dataset}/{view}.{encoder}.log",
    benchmark:
        "benchmarks/embed_images/{dataset}/{view}.{encoder}.tsv"
    wildcard_constraints:
        encoder=one_of([] if DIVIDED else IMAGE_ENCODERS),
    conda:
        "../../envs/embeddings.yaml"
    resources:
        gpu=GPUS,
        mem_mb=4000,
    params:
        encoder=encoder_of,
    script:
        "../scripts/embed_images.py"


rule embed_texts:
    input:
        samples=samples_with_text,
        weights=weights_of,
        code=code_of_kind(
            "embed_texts.py", "humancentric.embedding.encoders", encoder_of
        ),
    output:
        train="results/{dataset}/embeddings/{view}.{encoder}/train.parquet",
        test="results/{dataset}/embeddings/{view}.{encoder}/test.parquet",
    log:
        "logs/embed_texts/{dataset}/{view}.{encoder}.log",
    benchmark:
        "benchmarks/embed_texts/{dataset}/{view}.{encoder}.tsv"
    wildcard_constraints:
        encoder=one_of([] if DIVIDED else TEXT_ENCODERS),
    conda:
        "../../envs/embeddings.yaml"
    resources:
        gpu=GPUS,
        mem_mb=4000,
    params:
        encoder=encoder_of,
        column=column_of,
    script:
        "../scripts/embed_texts.py"


# Splits other than train and test have jobs of their own, so that a new split embeds only its own samples.
use rule embed_images as embed_images_extra with:
    output:
        "results/{dataset}/embeddings/{view}.{encoder}/{split}.parquet",
    log:
        "logs/embed_images/{dataset}/{view}.{encoder}.{split}.log",
    benchmark:
        "benchmarks/embed_images/{dataset}/{view}.{encoder}.{split}.tsv"
    wildcard_constraints:
        encoder=one_of(IMAGE_ENCODERS),
        split=one_of(EXTRA_SPLITS),


use rule embed_texts as embed_texts_extra with:
    output:
        "results/{dataset}/embeddings/{view}.{encoder}/{split}.parquet",
    log:
        "logs/embed_texts/{dataset}/{view}.{encoder}.{split}.log",
    benchmark:
        "benchmarks/embed_texts/{dataset}/{view}.{encoder}.{split}.tsv"
    wildcard_constraints:
        encoder=one_of(TEXT_ENCODERS),
        split=one_of(EXTRA_SPLITS),


# With `embedding: {jobs: 4}`, four jobs write the parts of one range each, and another job joins them.
use rule embed_images as embed_images_range with:
    input:
        samples="results/{dataset}/samples.parquet",
        images=images_of_range,
        weights=weights_of,
        code=code_of_kind(
            "embed_images.py", "humancentric.embedding.encoders", encoder_of
        ),
    output:
        train=temp(
            "results/{dataset}/ranges/{view}.{encoder}.{number}-of-{jobs}/train.parquet"
        ),
        test=temp(
            "results/{dataset}/ranges/{view}.{encoder}.{number}-of-{jobs}/test.parquet"
        ),
    log:
        "logs/embed_images_range/{dataset}/{view}.{encoder}.{number}-of-{jobs}.log",
    benchmark:
        "benchmarks/embed_images_range/{dataset}/{view}.{encoder}.{number}-of-{jobs}.tsv"
    wildcard_constraints:
        encoder=one_of(IMAGE_ENCODERS),
        number="[0-9]+",
        jobs="[0-9]+",


use rule embed_texts as embed_texts_range with:
    output:
        train=temp(
            "results/{dataset}/ranges/{view}.{encoder}.{number}-of-{jobs}/train.parquet"
        ),
        test=temp(
            "results/{dataset}/ranges/{view}.{encoder}.{number}-of-{jobs}/test.parquet"
        ),
    log:
        "logs/embed_texts_range/{dataset}/{view}.{encoder}.{number}-of-{jobs}.log",
    benchmark:
        "benchmarks/embed_texts_range/{dataset}/{view}.{encoder}.{number}-of-{jobs}.tsv"
    wildcard_constraints:
        encoder=one_of(TEXT_ENCODERS),
        number="[0-9]+",
        jobs="[0-9]+",


rule join_embedding:
    input:
        samples="results/{dataset}/samples.parquet",
        parts=ranges_of,
        code=code_of("join_embedding.py"),
    output:
        train="results/{dataset}/embeddings/{view}.{encoder}/train.parquet",
        test="results/{dataset}/embeddings/{view}.{encoder}/test.parquet",
    log:
        "logs/join_embedding/{dataset}/{view}.{encoder}.log",
    benchmark:
        "benchmarks/join_embedding/{dataset}/{view}.{encoder}.tsv"
    wildcard_constraints:
        encoder=one_of(DIVIDED),
    conda:
        "../../envs/embeddings.yaml"
    script:
        "../scripts/join_embedding.py"


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


# Count the texts that each encoder truncates, so that tables do not depend on embeddings.
rule text_lengths:
    input:
        embeddings=texts_of_study,
        code=code_of("text_lengths.py"),
    output:
        "results/texts.json",
    log:
        "logs/text_lengths.log",
    conda:
        "../../envs/report.yaml"
    script:
        "../scripts/text_lengths.py"
