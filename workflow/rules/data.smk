"""From a source to samples, images and rejects."""


rule generate_movies:
    input:
        code=code_of("generate_movies.py"),
    output:
        catalogue="results/generated/movies/catalogue.jsonl",
        posters=directory("results/generated/movies/posters"),
    log:
        "logs/generate_movies.log",
    benchmark:
        "benchmarks/generate_movies.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 2
    params:
        number=config["demo"]["movies"],
        seed=config["demo"]["seed"],
    script:
        "../scripts/generate_movies.py"


rule generate_covers:
    input:
        code=code_of("generate_covers.py"),
    output:
        train_listing="results/generated/covers/book30-listing-train.csv",
        test_listing="results/generated/covers/book30-listing-test.csv",
        train_labels="results/generated/covers/bookcover30-labels-train.txt",
        test_labels="results/generated/covers/bookcover30-labels-test.txt",
        images=directory("results/generated/covers/images"),
    log:
        "logs/generate_covers.log",
    benchmark:
        "benchmarks/generate_covers.tsv"
    conda:
        "../../envs/data.yaml"
    params:
        number=config["demo"]["covers"],
        seed=config["demo"]["seed"],
    script:
        "../scripts/generate_covers.py"


rule generate_tweets:
    input:
        code=code_of("generate_tweets.py"),
    output:
        labels="results/generated/tweets/labelResultAll.txt",
        data=directory("results/generated/tweets/data"),
    log:
        "logs/generate_tweets.log",
    benchmark:
        "benchmarks/generate_tweets.tsv"
    conda:
        "../../envs/data.yaml"
    params:
        number=config["demo"]["tweets"],
        seed=config["demo"]["seed"],
    script:
        "../scripts/generate_tweets.py"


rule crawl_slice:
    input:
        replica=replica_files,
        code=code_of("crawl_slice.py"),
    output:
        "results/{dataset}/crawl/{slice}.parquet",
    log:
        "logs/crawl_slice/{dataset}/{slice}.log",
    benchmark:
        "benchmarks/crawl_slice/{dataset}/{slice}.tsv"
    wildcard_constraints:
        dataset=one_of(CRAWLED),
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
    script:
        "../scripts/merge_listing.py"


rule read_listing:
    input:
        source=files_of_source,
        code=code_of("read_listing.py"),
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
        texts=texts_of,
    script:
        "../scripts/read_listing.py"


rule fetch_posters:
    input:
        listing="results/{dataset}/listing.parquet",
        code=code_of("fetch_posters.py"),
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
        sizes=config["tmdb"]["poster_sizes"],
        shards=shards_of,
    script:
        "../scripts/fetch_posters.py"


rule read_images:
    input:
        listing="results/{dataset}/listing.parquet",
        code=code_of("read_images.py"),
    output:
        images="results/{dataset}/images/standard/{shard}.parquet",
        rejects="results/{dataset}/rejects/{shard}.parquet",
    log:
        "logs/read_images/{dataset}/{shard}.log",
    benchmark:
        "benchmarks/read_images/{dataset}/{shard}.tsv"
    wildcard_constraints:
        dataset=one_of(READ),
    conda:
        "../../envs/data.yaml"
    params:
        root=root_of,
        shards=shards_of,
    script:
        "../scripts/read_images.py"


rule samples:
    input:
        listing="results/{dataset}/listing.parquet",
        rejects=reject_files,
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
    script:
        "../scripts/samples.py"
