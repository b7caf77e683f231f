"""The crawl of TMDb: slices of release years, posters."""


include: "inputs/crawl.smk"


rule crawl_slice:
    input:
        replica=replica_files,
        code=code_of_crawler("crawl_slice.py"),
    output:
        "results/{dataset}/crawl/{slice}.parquet",
    log:
        "logs/crawl_slice/{dataset}/{slice}.log",
    benchmark:
        "benchmarks/crawl_slice/{dataset}/{slice}.tsv"
    wildcard_constraints:
        dataset=one_of(set(CRAWLED) - set(VOTED)),
    retries: 2
    conda:
        "../../envs/data.yaml"
    resources:
        tmdb=asks_tmdb,
    params:
        source=service_of,
        between=dates_of,
    script:
        "../scripts/crawl_slice.py"


# A separate rule, so that a change of its code does not crawl other slices again.
rule crawl_votes:
    input:
        replica=replica_files,
        code=code_of_crawler("crawl_votes.py"),
    output:
        "results/{dataset}/crawl/{slice}.parquet",
    log:
        "logs/crawl_votes/{dataset}/{slice}.log",
    benchmark:
        "benchmarks/crawl_votes/{dataset}/{slice}.tsv"
    wildcard_constraints:
        dataset=one_of(VOTED),
    retries: 2
    conda:
        "../../envs/data.yaml"
    resources:
        tmdb=asks_tmdb,
    params:
        source=service_of,
        between=dates_of,
    script:
        "../scripts/crawl_votes.py"


rule merge_listing:
    input:
        slices=slice_files,
        code=code_of("merge_listing.py"),
    output:
        "results/{dataset}/listing.parquet",
    log:
        "logs/merge_listing/{dataset}.log",
    wildcard_constraints:
        dataset=one_of(CRAWLED),
    conda:
        "../../envs/data.yaml"
    params:
        released=released_of,
    script:
        "../scripts/merge_listing.py"


rule fetch_posters:
    input:
        listing="results/{dataset}/listing.parquet",
        code=code_of_crawler("fetch_posters.py"),
    output:
        images="results/{dataset}/images/standard/{shard}.parquet",
        rejects="results/{dataset}/rejects/{shard}.parquet",
    log:
        "logs/fetch_posters/{dataset}/{shard}.log",
    benchmark:
        "benchmarks/fetch_posters/{dataset}/{shard}.tsv"
    wildcard_constraints:
        dataset=one_of(CRAWLED),
    retries: 2
    conda:
        "../../envs/data.yaml"
    resources:
        tmdb=asks_tmdb,
    params:
        source=service_of,
        sizes=STUDY.tmdb["poster_sizes"],
        limits=poster_limits,
        shards=shards_of,
    script:
        "../scripts/fetch_posters.py"


rule tmdb_expired:
    input:
        code=code_of("tmdb_expired.py"),
    log:
        "logs/tmdb_expired.log",
    localrule: True
    conda:
        "../../envs/data.yaml"
    params:
        days=STUDY.tmdb["keep_days"],
        datasets=[name for name, row in DATASETS.items() if row.from_tmdb],
    script:
        "../scripts/tmdb_expired.py"


rule tmdb_purge:
    input:
        code=code_of("tmdb_purge.py"),
    log:
        "logs/tmdb_purge.log",
    localrule: True
    conda:
        "../../envs/data.yaml"
    params:
        days=STUDY.tmdb["keep_days"],
        datasets=[name for name, row in DATASETS.items() if row.from_tmdb],
    script:
        "../scripts/tmdb_purge.py"
