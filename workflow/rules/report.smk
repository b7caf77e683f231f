"""From cells to what a person reads: one tidy table, then tables, figures, a page and a PDF."""


rule scores:
    input:
        transfer=all_transfer,
        control=all_controls,
        fewshot=all_fewshot,
        zeroshot=all_zeroshot,
        differences=all_differences,
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


rule tables:
    input:
        scores="results/scores.parquet",
        cards=cards_of_study,
        texts=texts_file,
        timings=timings_of_study,
        claims=claims_file,
        paper="resources/paper_reference.json",
        code=code_of("tables.py"),
    output:
        captioned(table_files(config), tables_shown(config)),
    log:
        "logs/tables.log",
    conda:
        "../../envs/report.yaml"
    params:
        study=excerpt(config),
    script:
        "../scripts/tables.py"


rule figures:
    input:
        scores="results/scores.parquet",
        claims=claims_file,
        predictions=predictions_of_figures,
        samples=[f"results/{dataset}/samples.parquet" for dataset in TRAINED],
        masks=masks_of_figures,
        code=code_of("figures.py"),
    output:
        captioned(figure_files(config), figures_shown(config)),
    log:
        "logs/figures.log",
    conda:
        "../../envs/report.yaml"
    params:
        study=excerpt(config),
    script:
        "../scripts/figures.py"


rule report:
    input:
        scores="results/scores.parquet",
        samples=of_every_dataset("samples.parquet"),
        rejects=of_every_dataset("rejects.parquet"),
        figures=figure_files(config),
        tables=table_files(config),
        contact_sheets=contact_sheets(),
        cards=of_every_dataset("card.json"),
        texts=texts_file,
        timings=timings_of_study,
        claims=claims_file,
        paper="resources/paper_reference.json",
        extras=files_of_sections,
        template="workflow/report/page.html.j2",
        parts=parts_of_page,
        code=code_of("report.py"),
    output:
        report(
            "results/report.html",
            caption="../report/page.rst",
            category="Report",
            labels={
                "result": "The study on one page",
                "kind": "Page",
                "format": "HTML",
            },
        ),
    log:
        "logs/report.log",
    conda:
        "../../envs/report.yaml"
    params:
        study=excerpt(config),
        config=effective(config),
        left_out=left_out,
    script:
        "../scripts/report.py"


rule paper_pdf:
    input:
        tables=table_files(config),
        figures=figure_files(config),
        template="workflow/report/paper.tex.j2",
        code=code_of("paper_pdf.py"),
    output:
        pdf=report(
            "results/paper.pdf",
            caption="../report/paper.rst",
            category="Report",
            labels={
                "result": "All tables and figures",
                "kind": "Paper",
                "format": "PDF",
            },
        ),
        tex="results/paper.tex",
    log:
        "logs/paper_pdf.log",
    conda:
        "../../envs/report.yaml"
    params:
        study=excerpt(config),
    script:
        "../scripts/paper_pdf.py"


rule show_config:
    input:
        code=code_of("show_config.py"),
    log:
        "logs/show_config.log",
    localrule: True
    conda:
        "../../envs/report.yaml"
    params:
        config=config,
    script:
        "../scripts/show_config.py"
