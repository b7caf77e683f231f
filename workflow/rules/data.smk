"""Listings, pictures, samples and subsets; cards, descriptions and comparisons with other labs."""


include: "inputs/data.smk"


rule read_listing:
    input:
        source=files_of_source,
        code=code_of_kind("read_listing.py", "humancentric.sources.kinds", source_of),
    output:
        "results/{dataset}/listing.parquet",
    log:
        "logs/read_listing/{dataset}.log",
    wildcard_constraints:
        dataset=one_of(READ),
    conda:
        "../../envs/data.yaml"
    params:
        source=source_of,
        columns=columns_of,
        splits=offered_splits_of,
    script:
        "../scripts/read_listing.py"


rule read_images:
    input:
        listing="results/{dataset}/listing.parquet",
        code=code_of_kind("read_images.py", "humancentric.sources.kinds", source_of),
    output:
        images="results/{dataset}/images/standard/{shard}.parquet",
        rejects="results/{dataset}/rejects/{shard}.parquet",
    log:
        "logs/read_images/{dataset}/{shard}.log",
    benchmark:
        "benchmarks/read_images/{dataset}/{shard}.tsv"
    wildcard_constraints:
        dataset=one_of(set(READ) - set(FETCHED)),
    conda:
        "../../envs/data.yaml"
    params:
        pictures=picture_source_of,
        shards=shards_of,
        min_side=min_side_of,
    script:
        "../scripts/read_images.py"


rule fetch_images:
    input:
        listing="results/{dataset}/listing.parquet",
        code=code_of("fetch_images.py"),
    output:
        images="results/{dataset}/images/standard/{shard}.parquet",
        rejects="results/{dataset}/rejects/{shard}.parquet",
    log:
        "logs/fetch_images/{dataset}/{shard}.log",
    benchmark:
        "benchmarks/fetch_images/{dataset}/{shard}.tsv"
    wildcard_constraints:
        dataset=one_of(FETCHED),
    retries: 2
    conda:
        "../../envs/data.yaml"
    resources:
        downloads=1,
    params:
        shards=shards_of,
        min_side=min_side_of,
        max_bytes=STUDY.downloads["max_bytes"],
        private=STUDY.downloads["private_addresses"],
    script:
        "../scripts/fetch_images.py"


# The rule has no output, because Snakemake must never delete files below resources/.
rule fetch_data:
    input:
        code=code_of("fetch_data.py"),
    log:
        "logs/fetch_data.log",
    localrule: True
    conda:
        "../../envs/data.yaml"
    params:
        datasets=fetched_datasets,
    script:
        "../scripts/fetch_data.py"


rule samples:
    input:
        listing="results/{dataset}/listing.parquet",
        rejects=reject_files,
        groups=group_file,
        code=code_of("samples.py"),
    output:
        samples="results/{dataset}/samples.parquet",
        rejects="results/{dataset}/rejects.parquet",
    log:
        "logs/samples/{dataset}.log",
    conda:
        "../../envs/data.yaml"
    params:
        texts=texts_of,
        split=split_of_row,
        splits=extra_splits_of,
        repeated=lambda wildcards: source_of(wildcards).get("repeated", "first"),
        target=target_of,
    script:
        "../scripts/samples.py"


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


rule card:
    input:
        listing="results/{dataset}/listing.parquet",
        samples="results/{dataset}/samples.parquet",
        rejects="results/{dataset}/rejects.parquet",
        images=standard_images,
        leakage=leakage_file,
        paper=shipped("resources/paper_reference.json"),
        code=code_of("card.py"),
    output:
        facts="results/{dataset}/card.json",
        card="results/{dataset}/card.md",
        croissant="results/{dataset}/croissant.json",
        ids="results/{dataset}/ids.parquet",
    log:
        "logs/card/{dataset}.log",
    conda:
        "../../envs/data.yaml"
    params:
        about=about,
    script:
        "../scripts/card.py"


rule comparison:
    input:
        ours="results/{dataset}/ids.parquet",
        theirs=ids_of_others,
        code=code_of("comparison.py"),
    output:
        changes="results/{dataset}/comparison.parquet",
        counts="results/{dataset}/comparison.json",
    log:
        "logs/comparison/{dataset}.log",
    wildcard_constraints:
        dataset=one_of(COMPARED),
    conda:
        "../../envs/data.yaml"
    script:
        "../scripts/comparison.py"


rule compare_ids:
    input:
        all_comparisons,
    localrule: True
