"""Generate the demo data in the layouts of the real datasets."""


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
        number=STUDY.demo["movies"],
        seed=STUDY.demo["seed"],
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
        number=STUDY.demo["covers"],
        seed=STUDY.demo["seed"],
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
        number=STUDY.demo["tweets"],
        seed=STUDY.demo["seed"],
    script:
        "../scripts/generate_tweets.py"


rule generate_objects:
    input:
        code=code_of("generate_objects.py"),
    output:
        "results/generated/objects/cifar-10-python.tar.gz",
    log:
        "logs/generate_objects.log",
    benchmark:
        "benchmarks/generate_objects.tsv"
    conda:
        "../../envs/data.yaml"
    params:
        number=STUDY.demo.get("objects", 300),
        seed=STUDY.demo["seed"],
    script:
        "../scripts/generate_objects.py"
