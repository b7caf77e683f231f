"""Pictures to look at, of datasets that heads are trained on: asked for by `study.galleries`, or by name."""


def features_of_gallery(wildcards):
    """Return {features: display name} of every encoder alone on the dataset, masked pictures left out."""
    return candidates.named(config, wildcards.dataset)


def embeddings_of_gallery(split):
    """Return the input function for the vectors of those features, in their order."""
    return lambda wildcards: [
        f"results/{wildcards.dataset}/embeddings/{name}/{split}.parquet"
        for name in features_of_gallery(wildcards)
    ]


def predictions_of_gallery(wildcards):
    """Return the predictions of those features by the main protocol, of those that it probes."""
    probed = set(cells.transfer_cells(config))
    chosen = [
        (wildcards.dataset, "transfer", name) for name in features_of_gallery(wildcards)
    ]
    return cell_files(
        [cell for cell in chosen if cell in probed], "predictions.parquet"
    )


def in_gallery(name):
    """Return one picture of a gallery with its place in the engine's report."""
    return report(
        f"results/galleries/{{dataset}}/{name}.png",
        category="Embeddings, neighbours and errors",
        caption="../report/gallery.rst",
        labels={"result": f"{{dataset}}: {name}", "kind": "Pictures", "format": "PNG"},
    )


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
        gallery_files.files(config),
        code=code_of("gallery.py"),
    localrule: True
