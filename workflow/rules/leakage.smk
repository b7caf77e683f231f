"""Find exact and near duplicates between splits, datasets and their controls."""


include: "inputs/leakage.smk"


rule hash_images:
    input:
        images="results/{dataset}/images/standard/{shard}.parquet",
        code=code_of("hash_images.py"),
    output:
        "results/{dataset}/hashes/{shard}.parquet",
    log:
        "logs/hash_images/{dataset}/{shard}.log",
    benchmark:
        "benchmarks/hash_images/{dataset}/{shard}.tsv"
    conda:
        "../../envs/data.yaml"
    script:
        "../scripts/hash_images.py"


rule group_samples:
    input:
        listing="results/{dataset}/listing.parquet",
        hashes=hash_files,
        code=code_of("group_samples.py"),
    output:
        "results/{dataset}/groups.parquet",
    log:
        "logs/group_samples/{dataset}.log",
    wildcard_constraints:
        dataset=one_of(GROUPED),
    conda:
        "../../envs/data.yaml"
    params:
        texts=texts_of,
        leakage=leakage_of,
    script:
        "../scripts/group_samples.py"


rule find_leakage:
    input:
        samples="results/{dataset}/samples.parquet",
        hashes=hash_files,
        control_samples=samples_of_controls,
        control_hashes=hashes_of_controls,
        code=code_of("find_leakage.py"),
    output:
        pairs="results/{dataset}/leakage.parquet",
        counts="results/{dataset}/leakage.json",
    log:
        "logs/find_leakage/{dataset}.log",
    benchmark:
        "benchmarks/find_leakage/{dataset}.tsv"
    wildcard_constraints:
        dataset=one_of(TRAINED),
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=4000,
    params:
        leakage=leakage_of,
        texts=texts_of_all,
    script:
        "../scripts/find_leakage.py"


rule leakage:
    input:
        all_leakage,
    localrule: True
