"""Where the inputs of a job stand, and everything that a study makes."""

from itertools import chain


def per_shard(dataset, pattern):
    """Return one path a shard of a dataset; `pattern` has the fields {dataset} and {shard}."""
    names = shard_names(DATASETS[dataset]["shards"])
    return [pattern.format(dataset=dataset, shard=shard) for shard in names]


def files_of_source(wildcards):
    """Return the files that decide the dataset's listing.

    Files that a user has yet to fetch are left out, so that a study can be planned before its data are there;
    the job that reads them says what to download.
    """
    files = source_files(source_of(wildcards))
    return [
        file
        for file in files
        if file.startswith(study.GENERATED) or Path(file).exists()
    ]


def replica_files(wildcards):
    """Return the catalogue of a replica; nothing where the real service is asked."""
    source = origins.source(config, wildcards.dataset)
    if "replica" in source:
        return [f"{source['replica']}/catalogue.jsonl"]
    return [source["catalogue"]] if "catalogue" in source else []


def slice_files(wildcards):
    """Return the crawled slices of the dataset."""
    names = slices(source_of(wildcards))
    return [f"results/{wildcards.dataset}/crawl/{name}.parquet" for name in names]


def files_of_dataset(dataset):
    """Return the samples of a dataset and all shards of the pictures that its source has."""
    views = study.views(config, dataset, "image")
    shown = [view for view in views if "of" not in DATASETS[dataset]["views"][view]]
    pattern = "results/{{dataset}}/images/{view}/{{shard}}.parquet"
    shards = (per_shard(dataset, pattern.format(view=view)) for view in shown)
    return [f"results/{dataset}/samples.parquet", *chain.from_iterable(shards)]


def reject_files(wildcards):
    """Return the image stage's rejects of the dataset; none where it has no pictures."""
    if not study.views(config, wildcards.dataset, "image"):
        return []
    return per_shard(wildcards.dataset, "results/{dataset}/rejects/{shard}.parquet")


def ids_of_subset(wildcards):
    """Return the list of ids that a subset is chosen by; nothing where its user has yet to put it in place."""
    missing = origins.absent_ids(
        config, wildcards.dataset, lambda path: Path(path).is_file()
    )
    return [] if missing else [id_list_of(wildcards)]


def of_whole(name):
    """Return the input function for a file of the dataset that the job's dataset is a subset of."""
    return lambda wildcards: f"results/{part_of(wildcards)}/{name}"


def images_of_whole(wildcards):
    """Return the picture files of the whole dataset in which samples of the subset's shard can lie."""
    whole = part_of(wildcards)
    numbers = sources_of_shard(
        int(wildcards.shard), shards_of(wildcards), DATASETS[whole]["shards"]
    )
    names = shard_names(DATASETS[whole]["shards"])
    return [
        f"results/{whole}/images/standard/{names[number]}.parquet" for number in numbers
    ]


def pictures_of(dataset, pattern):
    """Return one path a shard of a dataset with pictures; none of a dataset without."""
    return per_shard(dataset, pattern) if study.views(config, dataset, "image") else []


def standard_images(wildcards):
    """Return the picture files of the job's dataset."""
    return pictures_of(
        wildcards.dataset, "results/{dataset}/images/standard/{shard}.parquet"
    )


def hash_files(wildcards):
    """Return the fingerprints of the pictures of the job's dataset."""
    return pictures_of(wildcards.dataset, "results/{dataset}/hashes/{shard}.parquet")


def group_file(wildcards):
    """Return who must stay on one side of the split; nothing where the dataset's row does not ask for it."""
    dataset = wildcards.dataset
    return [f"results/{dataset}/groups.parquet"] if dataset in GROUPED else []


def samples_of_controls(wildcards):
    """Return the samples of those datasets."""
    return [f"results/{name}/samples.parquet" for name in controls_of(wildcards)]


def hashes_of_controls(wildcards):
    """Return the fingerprints of their pictures."""
    return [
        path
        for name in controls_of(wildcards)
        for path in pictures_of(name, "results/{dataset}/hashes/{shard}.parquet")
    ]


def leakage_file(wildcards):
    """Return what was counted as leakage of the job's dataset; nothing where the study does not ask for it."""
    asked = config["study"].get("leakage", False) and wildcards.dataset in TRAINED
    return [f"results/{wildcards.dataset}/leakage.json"] if asked else []


def leakage_of_parent(wildcards):
    """Return what the control shares with that training split; nothing where the study does not ask for it."""
    asked = config["study"].get("leakage", False)
    return [f"results/{parent_of(wildcards)}/leakage.parquet"] if asked else []


def all_leakage(wildcards):
    """Return the counts of leakage of every dataset that heads are trained on."""
    return [f"results/{dataset}/leakage.json" for dataset in TRAINED]


def ids_of_others(wildcards):
    """Return another lab's ids of the job's dataset."""
    return row_of(wildcards)["compare"]


def all_comparisons(wildcards):
    """Return the comparison of every dataset whose row names another lab's ids."""
    return [f"results/{name}/comparison.json" for name in COMPARED]


def images_of(view):
    """Return the input function for all shards of one image view."""
    pattern = f"results/{{dataset}}/images/{view}/{{shard}}.parquet"
    return lambda wildcards: per_shard(wildcards.dataset, pattern)


def images_of_view(wildcards):
    """Return all shards of the image view that the job embeds."""
    return images_of(wildcards.view)(wildcards)


def masks_of(wildcards):
    """Return the boxes of the dataset's masked view."""
    return per_shard(wildcards.dataset, "results/{dataset}/masks/{shard}.parquet")


def unmasked_images(wildcards):
    """Return the shard of pictures that a masked view is made from."""
    view = view_of(wildcards)["of"]
    return f"results/{wildcards.dataset}/images/{view}/{wildcards.shard}.parquet"


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
