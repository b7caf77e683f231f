"""Datasets that are part of another one, chosen by a list of ids: the same records, splits and bytes."""


rule resolve_ids:
    input:
        ids=ids_of_subset,
        replica=replica_files,
        code=code_of_crawler("resolve_ids.py"),
    output:
        "results/{dataset}/resolved.parquet",
    log:
        "logs/resolve_ids/{dataset}.log",
    wildcard_constraints:
        dataset=one_of(SUBSETS),
    retries: 2
    localrule: True
    conda:
        "../../envs/data.yaml"
    resources:
        tmdb=asks_tmdb,
    params:
        source=service_of,
        ids=id_list_of,
    script:
        "../scripts/resolve_ids.py"


rule subset_listing:
    input:
        resolved="results/{dataset}/resolved.parquet",
        listing=of_whole("listing.parquet"),
        samples=of_whole("samples.parquet"),
        code=code_of("subset_listing.py"),
    output:
        "results/{dataset}/listing.parquet",
    log:
        "logs/subset_listing/{dataset}.log",
    wildcard_constraints:
        dataset=one_of(SUBSETS),
    conda:
        "../../envs/data.yaml"
    params:
        whole=part_of,
    script:
        "../scripts/subset_listing.py"


rule subset_images:
    input:
        listing="results/{dataset}/listing.parquet",
        images=images_of_whole,
        code=code_of("subset_images.py"),
    output:
        images="results/{dataset}/images/standard/{shard}.parquet",
        rejects="results/{dataset}/rejects/{shard}.parquet",
    log:
        "logs/subset_images/{dataset}/{shard}.log",
    wildcard_constraints:
        dataset=one_of(SUBSETS),
    conda:
        "../../envs/data.yaml"
    params:
        shards=shards_of,
    script:
        "../scripts/subset_images.py"
