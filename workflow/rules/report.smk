"""Galleries, scores, tables, figures, the page, the PDF, and the comparison of two runs."""


include: "inputs/report.smk"


rule gallery:
    input:
        samples="results/{dataset}/samples.parquet",
        train=embeddings_of_gallery("train"),
        test=embeddings_of_gallery("test"),
        predictions=predictions_of_gallery,
        images=standard_images,
        code=code_of("gallery.py"),
    output:
        map=in_gallery("map"),
        neighbours=in_gallery("neighbours"),
        errors=in_gallery("errors"),
        facts="results/galleries/{dataset}/gallery.json",
    log:
        "logs/gallery/{dataset}.log",
    benchmark:
        "benchmarks/gallery/{dataset}.tsv"
    wildcard_constraints:
        dataset=one_of(TRAINED),
    conda:
        "../../envs/report.yaml"
    params:
        names=features_of_gallery,
        texts=texts_of,
        task=task_of,
        title=title_of,
        publish=publish_of,
    script:
        "../scripts/gallery.py"


rule galleries:
    input:
        gallery_files(STUDY),
    localrule: True


rule scores:
    input:
        transfer=all_transfer,
        control=all_controls,
        fewshot=all_fewshot,
        zeroshot=all_zeroshot,
        retrieval=results_of("retrieval"),
        differences=all_differences,
        chance=all_chance,
        ood=results_of("ood"),
        clusters=results_of("clusters"),
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
        paper=shipped("resources/paper_reference.json"),
        further=further_files(table_specs(), STUDY),
        code=code_of("tables.py"),
    output:
        captioned(table_files(STUDY), study_tables(STUDY)),
    log:
        "logs/tables.log",
    conda:
        "../../envs/report.yaml"
    params:
        study=excerpt(STUDY),
    script:
        "../scripts/tables.py"


rule figures:
    input:
        scores="results/scores.parquet",
        claims=claims_file,
        predictions=predictions_of_figures,
        samples=[f"results/{dataset}/samples.parquet" for dataset in TRAINED],
        masks=masks_of_figures,
        further=further_files(figure_specs(), STUDY),
        code=code_of("figures.py"),
    output:
        captioned(figure_files(STUDY), study_figures(STUDY)),
    log:
        "logs/figures.log",
    conda:
        "../../envs/report.yaml"
    params:
        study=excerpt(STUDY),
    script:
        "../scripts/figures.py"


rule report:
    input:
        scores="results/scores.parquet",
        samples=of_every_dataset("samples.parquet"),
        rejects=of_every_dataset("rejects.parquet"),
        figures=figure_files(STUDY),
        tables=table_files(STUDY),
        contact_sheets=contact_sheets(),
        cards=of_every_dataset("card.json"),
        texts=texts_file,
        timings=timings_of_study,
        claims=claims_file,
        paper=shipped("resources/paper_reference.json"),
        extras=files_of_sections,
        further=further_files(table_specs(), STUDY),
        template=shipped("workflow/report/page.html.j2"),
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
        study=excerpt(STUDY),
        config=effective(config, STUDY),
        left_out=left_out,
    script:
        "../scripts/report.py"


rule paper_pdf:
    input:
        tables=table_files(STUDY),
        figures=figure_files(STUDY),
        template=shipped("workflow/report/paper.tex.j2"),
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
        study=excerpt(STUDY),
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


# Compare two runs: `snakemake compare --config left=DIR right=DIR`; `right` is this run by default. The rule has no output,
# so it always runs; the folders are not inputs, so nothing in them is rerun.
rule compare:
    input:
        template=shipped("workflow/report/compare.html.j2"),
        code=code_of("compare.py"),
    log:
        "logs/compare.log",
    localrule: True
    conda:
        "../../envs/report.yaml"
    params:
        # functions, because Snakemake takes braces in strings for wildcards
        left=lambda wildcards: str(RUNS["left"] or ""),
        right=lambda wildcards: str(RUNS["right"] or "results"),
        folder="results/compare",
    script:
        "../scripts/compare.py"
