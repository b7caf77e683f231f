"""Weights that come from the model hub: fetched once, pinned, and only checked by every job that uses them."""


rule fetch_encoder:
    input:
        code=code_of("fetch_encoder.py"),
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
        lock="resources/weights.lock",
    script:
        "../scripts/fetch_encoder.py"


rule fetch_weights:
    input:
        all_weights(),
    localrule: True
