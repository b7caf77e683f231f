"""Probes on frozen features, and the same probes on films their encoders cannot know."""


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
        dataset=one_of(TRAINED),
    conda:
        "../../envs/probes.yaml"
    resources:
        mem_mb=4000,
    params:
        protocol_name=protocol_of,
        protocol=protocol_row,
        seeds=config["study"]["seeds"],
        task=task_of,
    script:
        "../scripts/transfer.py"


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
        dataset=one_of(FEWSHOT),
    conda:
        "../../envs/probes.yaml"
    params:
        task=task_of,
        shots=shots_of,
        repeats=config["study"]["repeats"],
        seed=0,
    script:
        "../scripts/chance.py"


# Of a control: what its labels alone would score for somebody who knows the labels of its parent.
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
