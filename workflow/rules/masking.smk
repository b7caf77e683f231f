"""Masked views of datasets of pictures: the same pictures without their text."""


include: "inputs/masking.smk"


rule mask_images:
    input:
        images=unmasked_images,
        boxes=boxes_before,
        code=code_of("mask_images.py"),
    output:
        images="results/{dataset}/images/masked/{shard}.parquet",
        masks="results/{dataset}/masks/{shard}.parquet",
    log:
        "logs/mask_images/{dataset}/masked/{shard}.log",
    benchmark:
        "benchmarks/mask_images/{dataset}/masked/{shard}.tsv"
    conda:
        "../../envs/masking.yaml"
    resources:
        mem_mb=3000,
    params:
        detector=detector_of,
    script:
        "../scripts/mask_images.py"


# The boxes of every other masked view have their own folder.
use rule mask_images as mask_images_again with:
    output:
        images="results/{dataset}/images/{view}/{shard}.parquet",
        masks="results/{dataset}/masks/{view}/{shard}.parquet",
    log:
        "logs/mask_images/{dataset}/{view}/{shard}.log",
    benchmark:
        "benchmarks/mask_images/{dataset}/{view}/{shard}.tsv"
    wildcard_constraints:
        view=one_of(MASKED - {"masked"}),


# The rule has no output: each time it is requested, the script checks the files themselves.
rule fetch_detectors:
    input:
        code=code_of("fetch_detectors.py"),
    log:
        "logs/fetch_detectors.log",
    localrule: True
    conda:
        "../../envs/data.yaml"
    params:
        detectors=masked_views.downloadable_detectors(STUDY),
    script:
        "../scripts/fetch_detectors.py"


rule contact_sheet:
    input:
        before=images_of("standard"),
        after=images_of("masked"),
        masks=masks_of,
        code=code_of("contact_sheet.py"),
    output:
        report(
            "results/figures/masking-{dataset}.png",
            caption="../report/contact-sheet.rst",
            category="Masking",
            labels={
                "result": "Contact sheet of {dataset}",
                "kind": "Pictures",
                "format": "PNG",
            },
        ),
    log:
        "logs/contact_sheet/{dataset}.log",
    conda:
        "../../envs/masking.yaml"
    params:
        title=title_of,
        publish=publish_of,
        number=6,
        seed=0,
    script:
        "../scripts/contact_sheet.py"
