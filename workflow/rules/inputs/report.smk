"""Input functions of tables, figures, galleries and the page, and the final outputs."""


def files_of_dataset(dataset):
    """Return the samples and all shards of unmasked pictures of a dataset."""
    row = DATASETS[dataset]
    shown = [view for view in row.views_of("image") if view not in row.masked_views]
    pattern = "results/{{dataset}}/images/{view}/{{shard}}.parquet"
    shards = (per_shard(dataset, pattern.format(view=view)) for view in shown)
    return [f"results/{dataset}/samples.parquet", *chain.from_iterable(shards)]


def of_every_dataset(name):
    """Return one file per dataset of the study, including controls."""
    return [f"results/{dataset}/{name}" for dataset in STUDY.dataset_names]


def texts_file(wildcards):
    """Return the counts of truncated texts, if the study embeds texts."""
    return ["results/texts.json"] if texts_of_study(wildcards) else []


def cards_of_study(wildcards):
    """Return every dataset's card; without pictures (profiles/vectors), those that exist."""
    allowed = workflow.dag_settings.allowed_rules
    cards = of_every_dataset("card.json")
    return [
        path
        for path in cards
        if not allowed or "card" in allowed or Path(path).exists()
    ]


def timings_of_study(wildcards):
    """Return the time per picture of every encoder in `study.zeroshot`."""
    return [f"results/timing/{name}.json" for name in STUDY.zeroshot]


def contact_sheets():
    """Return the contact sheets of all datasets with a masked view."""
    return [
        f"results/figures/masking-{dataset}.png"
        for dataset in TRAINED
        if "masked" in DATASETS[dataset].views
    ]


def predictions_of_figures(wildcards):
    """Return the predictions of the first protocol that figures may show."""
    probed = set(feature_sets.transfer_cells(STUDY))
    chosen = [
        (dataset, "transfer", features)
        for dataset in TRAINED
        for features in report_config.of_dataset(STUDY, dataset)
    ]
    return cell_files(
        [cell for cell in chosen if cell in probed], "predictions.parquet"
    )


def masks_of_figures(wildcards):
    """Return the boxes of datasets with several masked views, for the share of each picture that is covered."""
    found = []
    for dataset in TRAINED:
        views = DATASETS[dataset].masked_views
        for view in views if len(views) > 1 else []:
            folder = masks_folder("{dataset}", view)
            found += per_shard(dataset, f"{folder}/{{shard}}.parquet")
    return found


def features_of_gallery(wildcards):
    """Return {features: display name} of every single encoder on unmasked pictures and texts of the dataset."""
    return report_config.named(STUDY, wildcards.dataset)


def embeddings_of_gallery(split):
    """Return the input function for the embeddings of a gallery's features, in their order."""
    return lambda wildcards: [
        f"results/{wildcards.dataset}/embeddings/{name}/{split}.parquet"
        for name in features_of_gallery(wildcards)
    ]


def predictions_of_gallery(wildcards):
    """Return the predictions of the first protocol for a gallery's features, where it has probes."""
    probed = set(feature_sets.transfer_cells(STUDY))
    chosen = [
        (wildcards.dataset, "transfer", name) for name in features_of_gallery(wildcards)
    ]
    return cell_files(
        [cell for cell in chosen if cell in probed], "predictions.parquet"
    )


def in_gallery(name):
    """Return one picture of a gallery, marked for Snakemake's report."""
    return report(
        f"results/galleries/{{dataset}}/{name}.png",
        category="Embeddings, neighbours and errors",
        caption="../report/gallery.rst",
        labels={"result": f"{{dataset}}: {name}", "kind": "Pictures", "format": "PNG"},
    )


def files_of_sections(wildcards):
    """Return the files of the page's optional sections: requested by the study, or made before."""
    return section_files(STUDY, lambda path: Path(path).exists())


def parts_of_page(wildcards):
    """Return the templates of the page's sections and its style sheet."""
    folder = ROOT / "workflow" / "report"
    names = ["page.css", *sorted(path.name for path in folder.glob("page_*.html.j2"))]
    return [shipped(f"workflow/report/{name}") for name in names]


def captioned(paths, outputs):
    """Return the files of tables or figures, marked for Snakemake's report, followed by their captions."""
    by_name, found = {one.name: one for one in outputs}, []
    for path in paths:
        about = report_entry(by_name[Path(path).stem], path)
        found.append(report(path, **about))
    folder = Path(paths[0]).parent if paths else None
    return [*found, *(str(caption_file(one, folder)) for one in outputs)]


def final_outputs():
    """Return the final outputs: tables, figures, the page, and the PDF if TeX is installed."""
    if not tex_program() and workflow.is_main_process:
        logger.warning(
            "results/paper.pdf is left out: no TeX engine on PATH; install TeX Live or Tectonic to have it"
        )
    paper = ["results/paper.pdf"] if tex_program() else []
    audited = audit_files(STUDY) if STUDY.audited else []
    drawn = [*table_files(STUDY), *figure_files(STUDY), *audited]
    return [*drawn, "results/report.html", *paper]
