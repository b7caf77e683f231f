"""Where the vectors, cells and results of a study stand, and everything that it makes."""


def weights_of(wildcards):
    """Return the pin of the encoder's weights; nothing where they lie on this machine already."""
    if wildcards.encoder not in FROM_HUB:
        return []
    return f"results/weights/{wildcards.encoder}.json"


def all_weights():
    """Return the pins of every encoder of the study whose weights come from the hub."""
    chosen = study.encoders(config)
    return [f"results/weights/{name}.json" for name in chosen if name in FROM_HUB]


def images_if_any(wildcards):
    """Return all shards of the job's view if it is one of pictures, else nothing."""
    is_image = wildcards.encoder in IMAGE_ENCODERS
    return images_of_view(wildcards) if is_image else []


def embedding_of_every_split(wildcards):
    """Return the files of one embedding, those of the dataset's extra splits included."""
    splits = ["train", "test", *study.extra_splits(config, wildcards.dataset)]
    pattern = "results/{dataset}/embeddings/{view}.{encoder}/"
    return [f"{pattern}{split}.parquet".format(**wildcards) for split in splits]


def all_verifications(wildcards):
    """Return the comparison of every embedding of the study with its encoder."""
    return [
        f"results/{dataset}/verification/{part}.json"
        for dataset in study.datasets(config)
        for part in study.parts(config, dataset)
    ]


def embeddings_of(split):
    """Return the input function for the embeddings that features are joined from, in the order of their names."""
    path = "results/{dataset}/embeddings/{part}/{split}.parquet"
    return lambda wildcards: [
        path.format(dataset=wildcards.dataset, part=part, split=split)
        for part in wildcards.features.split("+")
    ]


def embeddings_of_cell(wildcards):
    """Return the embeddings of every split that a cell learns from or is judged on, split by split."""
    splits = study.cell_splits(config, wildcards.dataset, protocol_of(wildcards))
    return [path for split in splits for path in embeddings_of(split)(wildcards)]


def prompts_of_cell(wildcards):
    """Return the class texts in the space of the cell's features; none where its protocol wants none."""
    if "prompts" not in protocol_row(wildcards):
        return []
    partner = config["encoders"][wildcards.features.split(".")[1]]["text"]
    return [f"results/{wildcards.dataset}/prompts/{partner}.parquet"]


def heads_of_parent(wildcards):
    """Return the heads that score a control dataset."""
    return f"results/{parent_of(wildcards)}/{wildcards.folder}/{wildcards.features}/heads.safetensors"


def samples_of_parent(wildcards):
    """Return the samples that those heads were trained on."""
    return f"results/{parent_of(wildcards)}/samples.parquet"


def predictions_of_control(wildcards):
    """Return the predictions on a control dataset that are compared with those on its parent."""
    cells = [
        (wildcards.dataset, "transfer", features)
        for features in compared_features(wildcards)
    ]
    return cell_files(cells, "predictions.parquet")


def predictions_of_parent(wildcards):
    """Return the predictions of the same heads on the dataset that they were trained on."""
    cells = [
        (parent_of(wildcards), "transfer", features)
        for features in compared_features(wildcards)
    ]
    return cell_files(cells, "predictions.parquet")


def cell_files(cells, name):
    """Return one file of every (dataset, folder, features)."""
    return [
        f"results/{dataset}/{folder}/{features}/{name}"
        for dataset, folder, features in cells
    ]


def all_transfer(wildcards):
    """Return the scores of every probe that is trained."""
    return cell_files(study.transfer_cells(config), "scores.json")


def all_controls(wildcards):
    """Return the scores of every probe on every control dataset."""
    return cell_files(study.control_cells(config), "scores.json")


def all_fewshot(wildcards):
    """Return every few-shot curve."""
    return [
        f"results/{dataset}/fewshot/{features}.json"
        for dataset in FEWSHOT
        for features in study.fewshot_features(config, dataset)
    ]


def prompts_of_partner(wildcards):
    """Return the prompts by the text encoder that shares the image encoder's space."""
    partner = study.partners(config)[wildcards.encoder]
    return f"results/{wildcards.dataset}/prompts/{partner}.parquet"


def all_zeroshot(wildcards):
    """Return the zero-shot scores of every encoder that the study names for them."""
    return [
        f"results/{dataset}/zeroshot/{features}.json"
        for dataset in FEWSHOT
        for features in study.zeroshot_features(config, dataset)
    ]


def all_differences(wildcards):
    """Return how leads change, of every control that the study asks it for."""
    names = study.differing_controls(config)
    return [f"results/{dataset}/differences.json" for dataset in names]


def all_chance(wildcards):
    """Return the constant answers' scores on every dataset."""
    return [f"results/{dataset}/chance.json" for dataset in [*FEWSHOT, *CONTROLS]]


def of_every_dataset(name):
    """Return one file of every dataset of the study, controls included."""
    return [f"results/{dataset}/{name}" for dataset in study.datasets(config)]


def contact_sheets():
    """Return the contact sheets of all datasets with a masked view."""
    return [
        f"results/figures/masking-{dataset}.png"
        for dataset in TRAINED
        if "masked" in DATASETS[dataset]["views"]
    ]


def captioned(path):
    """Return a figure with its own caption in the engine's report."""
    return report(path, caption=f"../report/{Path(path).stem}.rst", category="Figures")


def final_outputs():
    """Return what a person reads: tables, figures, the page, and the PDF where a TeX engine is installed."""
    if not engine() and workflow.is_main_process:
        logger.warning(
            "results/paper.pdf is left out: no TeX engine on PATH; install TeX Live or Tectonic to have it"
        )
    paper = ["results/paper.pdf"] if engine() else []
    return [*table_files(config), *figure_files(config), "results/report.html", *paper]
