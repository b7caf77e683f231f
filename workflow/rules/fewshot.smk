"""Few-shot: the nearest of N prototypes a class."""


rule fewshot:
    input:
        samples="results/{dataset}/samples.parquet",
        train="results/{dataset}/embeddings/{view}.{encoder}/train.parquet",
        test="results/{dataset}/embeddings/{view}.{encoder}/test.parquet",
        code=code_of("fewshot.py"),
    output:
        "results/{dataset}/fewshot/{view}.{encoder}.json",
    log:
        "logs/fewshot/{dataset}/{view}.{encoder}.log",
    benchmark:
        "benchmarks/fewshot/{dataset}/{view}.{encoder}.tsv"
    conda:
        "../../envs/probes.yaml"
    params:
        shots=shots_of,
        repeats=config["study"]["repeats"],
        task=task_of,
        seed=0,
        distance=selection.distance(config),
    script:
        "../scripts/fewshot.py"
