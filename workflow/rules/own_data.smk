"""A study of one's own data: `snakemake new` writes its config, `snakemake check_data` looks at the data first."""


include: "inputs/own_data.smk"


# No output, so that it is never skipped; it does not write over a file.
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


# No output either: the terminal shows the result every time. Weights that are not here are not downloaded.
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
        cores=lambda wildcards: workflow.cores,  # read at a job, since a cluster's profile states none
    script:
        "../scripts/check_data.py"
