"""Transfer probes, their specifications and controls, chance, and few-shot curves."""


include: "inputs/probes.smk"


rule transfer:
    input:
        samples="results/{dataset}/samples.parquet",
        embeddings=embeddings_of_cell,
        prompts=prompts_of_cell,
        code=code_of_kind(
            "transfer.py", "humancentric.probing.kinds", protocol_row, "head"
        ),
    output:
        scores="results/{dataset}/{folder}/{features}/scores.json",
        predictions="results/{dataset}/{folder}/{features}/predictions.parquet",
        heads="results/{dataset}/{folder}/{features}/heads.safetensors",
    log:
        "logs/transfer/{dataset}/{folder}/{features}.log",
    benchmark:
        "benchmarks/transfer/{dataset}/{folder}/{features}.tsv"
    wildcard_constraints:
        dataset=one_of({*TRAINED, *ladder.views(STUDY)}),
    conda:
        "../../envs/probes.yaml"
    resources:
        mem_mb=4000,
    params:
        protocol_name=protocol_of,
        protocol=protocol_row,
        seeds=STUDY.seeds,
        task=task_of,
    script:
        "../scripts/transfer.py"


# The probes of one set of features under every specification of `study.specifications`.
rule specifications:
    input:
        samples="results/{dataset}/samples.parquet",
        embeddings=embeddings_of_specifications,
        code=code_of("specifications.py"),
    output:
        "results/{dataset}/specifications/{features}.parquet",
    log:
        "logs/specifications/{dataset}/{features}.log",
    benchmark:
        "benchmarks/specifications/{dataset}/{features}.tsv"
    wildcard_constraints:
        dataset=one_of(specification_grid.datasets(STUDY)),
    conda:
        "../../envs/probes.yaml"
    resources:
        mem_mb=8000,
    params:
        specifications=specification_grid.specifications(STUDY),
        seeds=STUDY.seeds,
        task=task_of,
    script:
        "../scripts/specifications.py"


rule control:
    input:
        heads=heads_of_parent,
        train_samples=samples_of_parent,
        samples="results/{dataset}/samples.parquet",
        leakage=leakage_of_parent,
        test=embeddings_of("test"),
        code=code_of_kind(
            "control.py", "humancentric.probing.kinds", protocol_row, "head"
        ),
    output:
        scores="results/{dataset}/{folder}/{features}/scores.json",
        predictions="results/{dataset}/{folder}/{features}/predictions.parquet",
    log:
        "logs/control/{dataset}/{folder}/{features}.log",
    wildcard_constraints:
        dataset=one_of(CONTROLS),
    conda:
        "../../envs/probes.yaml"
    params:
        trained_on=parent_of,
        task=task_of,
    script:
        "../scripts/control.py"


rule chance:
    input:
        samples="results/{dataset}/samples.parquet",
        code=code_of("chance.py"),
    output:
        "results/{dataset}/chance.json",
    log:
        "logs/chance/{dataset}.log",
    wildcard_constraints:
        dataset=one_of(PROBED),
    conda:
        "../../envs/probes.yaml"
    params:
        task=task_of,
        shots=shots_of,
        repeats=STUDY.repeats,
        seed=0,
    script:
        "../scripts/chance.py"


# For a control: the scores of constant predictions chosen on the labels of its parent's training split.
use rule chance as chance_of_control with:
    input:
        train_samples=samples_of_parent,
        samples="results/{dataset}/samples.parquet",
        code=code_of("chance.py"),
    wildcard_constraints:
        dataset=one_of(CONTROLS),
    params:
        task=task_of,
        shots=[],
        repeats=0,
        seed=0,


rule fewshot:
    input:
        samples="results/{dataset}/samples.parquet",
        train="results/{dataset}/embeddings/{view}.{encoder}/train.parquet",
        test="results/{dataset}/embeddings/{view}.{encoder}/test.parquet",
        code=code_of("fewshot.py"),
    output:
        scores="results/{dataset}/{curve}/{view}.{encoder}.json",
        item_scores="results/{dataset}/{curve}/{view}.{encoder}.scores.parquet",
    log:
        "logs/{curve}/{dataset}/{view}.{encoder}.log",
    benchmark:
        "benchmarks/{curve}/{dataset}/{view}.{encoder}.tsv"
    wildcard_constraints:
        curve=one_of(STUDY.fewshot_folders).replace(".", r"\."),
    conda:
        "../../envs/probes.yaml"
    params:
        shots=shots_of,
        repeats=STUDY.repeats,
        task=task_of,
        seed=0,
        distance=STUDY.distance,
        method=lambda wildcards: STUDY.fewshot_folders[wildcards.curve],
    script:
        "../scripts/fewshot.py"
