"""Audit the masking: measure the known text that detectors find, and the text that OCR still reads."""


include: "inputs/audit.smk"


rule audit_ink:
    input:
        own=own_backgrounds,
        code=code_of("audit_ink.py"),
    output:
        glyphs="results/audit/{detector}/{size}.glyphs.parquet",
        touched="results/audit/{detector}/{size}.touched.parquet",
    log:
        "logs/audit_ink/{detector}/{size}.log",
    benchmark:
        "benchmarks/audit_ink/{detector}/{size}.tsv"
    conda:
        "../../envs/audit.yaml"
    resources:
        mem_mb=3000,
    params:
        detector=audited_detector,
        ink=audit_of("ink"),
        seed=audit_of("seed"),
    script:
        "../scripts/audit_ink.py"


rule audit_original:
    input:
        images=images_of_view,
        code=code_of("audit_original.py"),
    output:
        "results/{dataset}/audit/pictures/original.{view}.parquet",
    log:
        "logs/audit_original/{dataset}/{view}.log",
    conda:
        "../../envs/audit.yaml"
    params:
        pictures=audit_of("pictures"),
        seed=audit_of("seed"),
    script:
        "../scripts/audit_original.py"


rule audit_view:
    input:
        original=original_of_view,
        images=images_of_view,
        masks=masks_of_view,
        code=code_of("audit_view.py"),
    output:
        images="results/{dataset}/audit/pictures/view.{view}.parquet",
        masks="results/{dataset}/audit/masks/view.{view}.parquet",
    log:
        "logs/audit_view/{dataset}/{view}.log",
    conda:
        "../../envs/audit.yaml"
    script:
        "../scripts/audit_view.py"


rule audit_detector:
    input:
        original=original_of_dataset,
        code=code_of("audit_detector.py"),
    output:
        images="results/{dataset}/audit/pictures/detector.{detector}.{steps}.parquet",
        masks="results/{dataset}/audit/masks/detector.{detector}.{steps}.parquet",
    log:
        "logs/audit_detector/{dataset}/{detector}.{steps}.log",
    benchmark:
        "benchmarks/audit_detector/{dataset}/{detector}.{steps}.tsv"
    conda:
        "../../envs/audit.yaml"
    resources:
        mem_mb=3000,
    params:
        detector=audited_detector,
    script:
        "../scripts/audit_detector.py"


rule audit_read:
    input:
        images="results/{dataset}/audit/pictures/{subject}.parquet",
        code=code_of("audit_read.py"),
    output:
        "results/{dataset}/audit/readings/{subject}.parquet",
    log:
        "logs/audit_read/{dataset}/{subject}.log",
    benchmark:
        "benchmarks/audit_read/{dataset}/{subject}.tsv"
    conda:
        "../../envs/audit.yaml"
    params:
        engine=audit_of("engine"),
        short_side=audit_of("reading", "short_side"),
    script:
        "../scripts/audit_read.py"


# OCR also reads noise as letters, but rarely the same letters at another size: only text read twice counts.
use rule audit_read as audit_read_again with:
    input:
        images="results/{dataset}/audit/pictures/original.{view}.parquet",
        code=code_of("audit_read.py"),
    output:
        "results/{dataset}/audit/readings/again.{view}.parquet",
    log:
        "logs/audit_read_again/{dataset}/{view}.log",
    benchmark:
        "benchmarks/audit_read_again/{dataset}/{view}.tsv"
    params:
        engine=audit_of("engine"),
        short_side=second_short_side(),


rule audit_survival:
    input:
        before=readings_before,
        again=readings_again,
        after="results/{dataset}/audit/readings/{subject}.parquet",
        code=code_of("audit_survival.py"),
    output:
        "results/{dataset}/audit/survival/{subject}.parquet",
    log:
        "logs/audit_survival/{dataset}/{subject}.log",
    conda:
        "../../envs/audit.yaml"
    params:
        reading=audit_of("reading"),
    script:
        "../scripts/audit_survival.py"


rule audit_sheet:
    input:
        before=original_of,
        after="results/{dataset}/audit/pictures/{subject}.parquet",
        masks="results/{dataset}/audit/masks/{subject}.parquet",
        survival="results/{dataset}/audit/survival/{subject}.parquet",
        code=code_of("audit_sheet.py"),
    output:
        drawn=report(
            "results/{dataset}/audit/{subject}.drawn.png",
            caption="../report/contact-sheet.rst",
            category="Masking audit",
            labels={
                "result": "Drawn: {dataset}, {subject}",
                "kind": "Pictures",
                "format": "PNG",
            },
        ),
        worst=report(
            "results/{dataset}/audit/{subject}.worst.png",
            caption="../report/audit-worst.rst",
            category="Masking audit",
            labels={
                "result": "Most text left: {dataset}, {subject}",
                "kind": "Pictures",
                "format": "PNG",
            },
        ),
    log:
        "logs/audit_sheet/{dataset}/{subject}.log",
    conda:
        "../../envs/audit.yaml"
    params:
        publish=publish_of,
        title=title_of,
        number=audit_of("shown"),
        seed=audit_of("seed"),
    script:
        "../scripts/audit_sheet.py"


rule audit_summary:
    input:
        glyphs=all_ink("glyphs"),
        touched=all_ink("touched"),
        survival=of_every_subject("results/{dataset}/audit/survival/{subject}.parquet"),
        paper=shipped("resources/paper_reference.json"),
        code=code_of("audit_summary.py"),
    output:
        "results/audit/summary.json",
    log:
        "logs/audit_summary.log",
    conda:
        "../../envs/audit.yaml"
    params:
        ink=INKED,
        subjects=about_subjects,
        reading=audit_of("reading"),
        resamples=audit_of("resamples"),
        seed=audit_of("seed"),
    script:
        "../scripts/audit_summary.py"


rule masking_audit:
    input:
        summary="results/audit/summary.json",
        drawn=of_every_subject("results/{dataset}/audit/{subject}.drawn.png"),
        worst=of_every_subject("results/{dataset}/audit/{subject}.worst.png"),
        code=code_of("masking_audit.py"),
    output:
        [
            report(
                path,
                caption="../report/audit-tables.rst",
                category="Masking audit",
                labels={
                    "result": Path(path).stem,
                    "kind": "Table",
                    "format": FORMATS[Path(path).suffix],
                },
            )
            for path in audit_files(STUDY)
        ],
    log:
        "logs/masking_audit.log",
    conda:
        "../../envs/report.yaml"
    params:
        study=excerpt(STUDY),
    script:
        "../scripts/masking_audit.py"
