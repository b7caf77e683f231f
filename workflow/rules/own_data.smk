"""Studies of a user's own data: `snakemake new` writes the config, `snakemake check_data` checks the data."""


include: "inputs/own_data.smk"


# No output, so that the rule always runs; it never overwrites a file.
rule new:
    input:
        studies=[shipped("config/paper.yaml"), shipped("config/config.yaml")],
        code=code_of("new.py"),
    log:
        "logs/new.log",
    localrule: True
    conda:
        "../../envs/data.yaml"
    params:
        given=GIVEN,
        taken=list(DATASETS),
        encoders=config["encoders"],
    script:
        "../scripts/new.py"


# No output either: the result is printed every time. Missing weights are not downloaded.
rule check_data:
    input:
        samples=of_every_dataset("samples.parquet"),
        rejects=of_every_dataset("rejects.parquet"),
        images=images_of_study,
        code=code_of("check_data.py"),
    log:
        "logs/check_data.log",
    localrule: True
    conda:
        "../../envs/embeddings.yaml"
    params:
        study=STUDY.as_params(),
        inputs=checked_files,
        folder="results/check",
        cores=lambda wildcards: workflow.cores,  # evaluated per job, since a cluster's profile sets none
    script:
        "../scripts/check_data.py"
