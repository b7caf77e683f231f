"""Before and after: does the lead of encoders that know language shrink on what they cannot have seen?"""


rule differences:
    input:
        before_samples=samples_of_parent,
        before=predictions_of_parent,
        after_samples="results/{dataset}/samples.parquet",
        after=predictions_of_control,
        code=code_of("differences.py"),
    output:
        "results/{dataset}/differences.json",
    log:
        "logs/differences/{dataset}.log",
    benchmark:
        "benchmarks/differences/{dataset}.tsv"
    wildcard_constraints:
        dataset=one_of(CONTROLS),
    conda:
        "../../envs/probes.yaml"
    params:
        features=compared_features,
        pairs=compared_pairs,
        trained_on=parent_of,
        protocol=config["study"]["protocols"][0],
        task=task_of,
        options=selection.differences(config),
    script:
        "../scripts/differences.py"
