"""Pictures to look at, of datasets that heads are trained on: asked for by `study.galleries`, or by name."""


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
        report_files.gallery_files(config),
    localrule: True
