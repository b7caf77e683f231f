"""What a person reads in the end, and what it is drawn from."""


def of_every_dataset(name):
    """Return one file of every dataset of the study, controls included."""
    return [f"results/{dataset}/{name}" for dataset in selection.datasets(config)]


def texts_of_study(wildcards):
    """Return an embedding of every text view and text encoder of the study."""
    return [
        f"results/{dataset}/embeddings/{features}/test.parquet"
        for dataset in [*TRAINED, *CONTROLS]
        for features in feature_sets.text_features(config, dataset)
    ]


def texts_file(wildcards):
    """Return the counts of texts that are cut; nothing where the study embeds none."""
    return ["results/texts.json"] if texts_of_study(wildcards) else []


def cards_of_study(wildcards):
    """Return every dataset's card; without the pictures to make them (profiles/vectors) those that are there."""
    allowed = workflow.dag_settings.allowed_rules
    cards = of_every_dataset("card.json")
    return [
        path
        for path in cards
        if not allowed or "card" in allowed or Path(path).exists()
    ]


def timings_of_study(wildcards):
    """Return the time that a picture takes, of every encoder that is asked zero-shot."""
    return [
        f"results/timing/{name}.json" for name in config["study"].get("zeroshot", [])
    ]


def samples_of_claims(wildcards):
    """Return the samples of every dataset with probes, controls included."""
    return [f"results/{name}/samples.parquet" for name in [*TRAINED, *CONTROLS]]


def predictions_of_claims(wildcards):
    """Return the predictions that claims are judged by: those of the study's first protocol, on tests and controls."""
    return cell_files(claim_grid.cells(config), "predictions.parquet")


def fewshot_of_claims(wildcards):
    """Return the few-shot scores of every encoder that claims are about."""
    return [
        f"results/{dataset}/fewshot/{features}.json"
        for dataset in FEWSHOT
        for features in claim_grid.features(config, dataset, "fewshot")
    ]


def claims_file(wildcards):
    """Return the verdicts on the study's claims; nothing where it has none."""
    asked = config["study"].get("claims", {}).get("rows", config["claims"])
    return ["results/claims.json"] if asked else []


def contact_sheets():
    """Return the contact sheets of all datasets with a masked view."""
    return [
        f"results/figures/masking-{dataset}.png"
        for dataset in TRAINED
        if "masked" in DATASETS[dataset]["views"]
    ]


def predictions_of_figures(wildcards):
    """Return the predictions by the main protocol that figures choose from."""
    probed = set(probe_grid.transfer_cells(config))
    chosen = [
        (dataset, "transfer", features)
        for dataset in TRAINED
        for features in report_config.of_dataset(config, dataset)
    ]
    return cell_files(
        [cell for cell in chosen if cell in probed], "predictions.parquet"
    )


def masks_of_figures(wildcards):
    """Return the boxes of datasets with several masked views, which stand at the share that they cover."""
    found = []
    for dataset in TRAINED:
        views = [
            view for view, row in DATASETS[dataset]["views"].items() if "of" in row
        ]
        for view in views if len(views) > 1 else []:
            folder = "masks" if view == "masked" else f"masks/{view}"
            found += per_shard(
                dataset, f"results/{{dataset}}/{folder}/{{shard}}.parquet"
            )
    return found


def features_of_gallery(wildcards):
    """Return {features: display name} of every encoder alone on the dataset, masked pictures left out."""
    return report_config.named(config, wildcards.dataset)


def embeddings_of_gallery(split):
    """Return the input function for the vectors of those features, in their order."""
    return lambda wildcards: [
        f"results/{wildcards.dataset}/embeddings/{name}/{split}.parquet"
        for name in features_of_gallery(wildcards)
    ]


def predictions_of_gallery(wildcards):
    """Return the predictions of those features by the main protocol, of those that it probes."""
    probed = set(probe_grid.transfer_cells(config))
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


def files_of_sections(wildcards):
    """Return the files of the page's optional sections: what the study asks for, and what was made before."""
    return section_files(config, lambda path: Path(path).exists())


def parts_of_page(wildcards):
    """Return the templates of the page's sections and its style sheet."""
    folder = Path(workflow.basedir) / "workflow" / "report"
    names = ["page.css", *sorted(path.name for path in folder.glob("page_*.html.j2"))]
    return [f"workflow/report/{name}" for name in names]


def captioned(paths, results):
    """Return tables or figures with caption, category and labels in the engine's report: the words of the page."""
    found = []
    for path in map(Path, paths):
        words = results[path.stem]
        name = f".snakemake/captions/{words.kind.lower()}-{path.stem}.rst"
        about = {
            "category": words.category,
            "caption": write_caption(words.caption, name),
        }
        about["labels"] = {**words.labels, "format": FORMATS[path.suffix]}
        found.append(report(str(path), **about))
    return found


def final_outputs():
    """Return what a person reads: tables, figures, the page, and the PDF where a TeX engine is installed."""
    if not engine() and workflow.is_main_process:
        logger.warning(
            "results/paper.pdf is left out: no TeX engine on PATH; install TeX Live or Tectonic to have it"
        )
    paper = ["results/paper.pdf"] if engine() else []
    audited = audit_tables(config) if config["study"].get("audit") else []
    drawn = [*table_files(config), *figure_files(config), *audited]
    return [*drawn, "results/report.html", *paper]
