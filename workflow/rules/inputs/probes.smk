"""Input functions of probes: protocols, cells, the files of parent datasets, and all results of each kind."""


def protocol_of(wildcards):
    """Return the name of the protocol whose results are in the folder."""
    return PROTOCOLS[wildcards.folder]


def protocol_row(wildcards):
    """Return the row of the folder's protocol."""
    return STUDY.protocols[protocol_of(wildcards)].row


def shots_of(wildcards):
    """Return the numbers of prototypes per class; none for a regression dataset."""
    rated = row_of(wildcards).is_rated
    return [] if rated else list(STUDY.shots_of(wildcards.dataset))


def parent_of(wildcards):
    """Return the dataset whose heads score the job's control dataset."""
    return CONTROLS[wildcards.dataset]


def clusters_of_both(wildcards):
    """Return the cluster columns of the control and of its parent; None for a dataset without clusters."""
    both = (parent_of(wildcards), wildcards.dataset)
    return {name: STUDY.datasets[name].cluster for name in both}


def compared_pairs(wildcards):
    """Return the pairs of features whose differences before and after the cut-off are compared."""
    return feature_sets.compared_pairs(STUDY, wildcards.dataset)


def difference_options():
    """Return the study's options for estimating differences before and after the cut-off."""
    options = STUDY.differences or {}
    return {key: value for key, value in options.items() if key != "controls"}


def compared_features(wildcards):
    """Return the distinct features of the compared pairs."""
    return list(
        dict.fromkeys(name for pair in compared_pairs(wildcards) for name in pair)
    )


def heads_of_parent(wildcards):
    """Return the heads that score a control dataset."""
    return f"results/{parent_of(wildcards)}/{wildcards.folder}/{wildcards.features}/heads.safetensors"


def samples_of_parent(wildcards):
    """Return the samples of the dataset that a control's heads were trained on."""
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
    """Return one file per (dataset, folder, features)."""
    return [
        f"results/{dataset}/{folder}/{features}/{name}"
        for dataset, folder, features in cells
    ]


def all_transfer(wildcards):
    """Return the scores of every trained probe."""
    return cell_files(feature_sets.transfer_cells(STUDY), "scores.json")


def all_controls(wildcards):
    """Return the scores of every probe on every control dataset."""
    return cell_files(feature_sets.control_cells(STUDY), "scores.json")


def all_fewshot(wildcards):
    """Return every few-shot curve."""
    return [
        f"results/{dataset}/{folder}/{features}.json"
        for folder in STUDY.fewshot_folders
        for dataset in FEWSHOT
        for features in feature_sets.fewshot_features(STUDY, dataset)
    ]


def all_differences(wildcards):
    """Return the changes in differences of every control for which the study requests them."""
    names = feature_sets.differing_controls(STUDY)
    return [f"results/{dataset}/differences.json" for dataset in names]


def all_chance(wildcards):
    """Return the scores of constant predictions on every dataset."""
    return [f"results/{dataset}/chance.json" for dataset in [*PROBED, *CONTROLS]]


def embeddings_of_specifications(wildcards):
    """Return the embeddings that probes are fitted, selected and scored on under every specification."""
    extra = DATASETS[wildcards.dataset].extra_splits
    splits = [
        name
        for name in ("train", "test", "validation")
        if name != "validation" or name in extra
    ]
    return [path for split in splits for path in embeddings_of(split)(wildcards)]
