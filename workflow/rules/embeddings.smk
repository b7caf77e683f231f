"""Every split of every view, embedded once by each frozen encoder."""


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
        encoder=one_of(IMAGE_ENCODERS),
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
        samples="results/{dataset}/samples.parquet",
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
        encoder=one_of(TEXT_ENCODERS),
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


# Splits beside train and test have jobs of their own: a new one embeds its own samples only.
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
