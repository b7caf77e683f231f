"""From cells to what a person reads: one tidy table, then tables, figures, a page and a PDF."""


rule scores:
    input:
        transfer=all_transfer,
        control=all_controls,
        fewshot=all_fewshot,
        chance=all_chance,
        code=code_of("scores.py"),
    output:
        "results/scores.parquet",
    log:
        "logs/scores.log",
    conda:
        "../../envs/report.yaml"
    script:
        "../scripts/scores.py"


rule show_config:
    input:
        code=code_of("show_config.py"),
    params:
        config=config,
    log:
        "logs/show_config.log",
    localrule: True
    conda:
        "../../envs/report.yaml"
    script:
        "../scripts/show_config.py"
