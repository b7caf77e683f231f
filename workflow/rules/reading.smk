"""The study of reading and seeing: views with parts of the text masked, texts read by OCR, and their contrasts."""


include: "inputs/reading.smk"


rule reading_views:
    input:
        images=unmasked_for_reading,
        boxes=boxes_for_reading,
        code=code_of("reading_views.py"),
    output:
        images=expand(
            "results/{{dataset}}/images/{view}/{{shard}}.parquet", view=READING_VIEWS
        ),
        masks=expand(
            "results/{{dataset}}/masks/{view}/{{shard}}.parquet", view=MASKED_TO_READ
        ),
    log:
        "logs/reading_views/{dataset}/{shard}.log",
    benchmark:
        "benchmarks/reading_views/{dataset}/{shard}.tsv"
    wildcard_constraints:
        dataset=one_of(reading_grid.datasets(STUDY)),
    conda:
        "../../envs/masking.yaml"
    resources:
        mem_mb=3000,
    params:
        detectors=detectors_for_reading,
    script:
        "../scripts/reading_views.py"


rule read_text:
    input:
        images=unmasked_for_reading,
        boxes=boxes_for_reading,
        code=code_of("read_text.py"),
    output:
        "results/{dataset}/reading/{shard}.json",
    log:
        "logs/read_text/{dataset}/{shard}.log",
    benchmark:
        "benchmarks/read_text/{dataset}/{shard}.tsv"
    conda:
        "../../envs/masking.yaml"
    resources:
        mem_mb=3000,
    script:
        "../scripts/read_text.py"


rule join_text:
    input:
        samples="results/{dataset}/samples.parquet",
        parts=texts_in_pictures,
        code=code_of("join_text.py"),
    output:
        "results/{dataset}/reading/samples.parquet",
    log:
        "logs/join_text/{dataset}.log",
    conda:
        "../../envs/masking.yaml"
    script:
        "../scripts/join_text.py"


rule reading:
    input:
        samples=of_reading("samples.parquet"),
        chance=of_reading("chance.json"),
        predictions=predictions_for_reading,
        masks=masks_for_reading,
        code=code_of("reading.py"),
    output:
        "results/reading.json",
    log:
        "logs/reading.log",
    benchmark:
        "benchmarks/reading.tsv"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=4000,
    params:
        study=claim_grid.excerpt(READING),
        options=STUDY.reading,
    script:
        "../scripts/reading.py"
