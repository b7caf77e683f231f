"""Input functions of the search for leakage, and of the rules that use its results."""


def leakage_of(wildcards):
    """Return how duplicates in the job's dataset are handled."""
    return row_of(wildcards).leakage


def controls_of(wildcards):
    """Return the datasets that are scored with the heads of the job's dataset."""
    return [
        control for control, parent in CONTROLS.items() if parent == wildcards.dataset
    ]


def texts_of_all(wildcards):
    """Return the text columns by view of the job's dataset and of its controls."""
    names = [wildcards.dataset, *controls_of(wildcards)]
    return {name: DATASETS[name].text_columns for name in names}


def hash_files(wildcards):
    """Return the perceptual hashes of the dataset's pictures."""
    return pictures_of(wildcards.dataset, "results/{dataset}/hashes/{shard}.parquet")


def group_file(wildcards):
    """Return the groups that a split must not divide, if the dataset's row requires them."""
    dataset = wildcards.dataset
    return [f"results/{dataset}/groups.parquet"] if dataset in GROUPED else []


def samples_of_controls(wildcards):
    """Return the samples of the controls of the job's dataset."""
    return [f"results/{name}/samples.parquet" for name in controls_of(wildcards)]


def hashes_of_controls(wildcards):
    """Return the perceptual hashes of the pictures of the controls."""
    return [
        path
        for name in controls_of(wildcards)
        for path in pictures_of(name, "results/{dataset}/hashes/{shard}.parquet")
    ]


def leakage_file(wildcards):
    """Return the leakage found in the job's dataset, if the study requests it."""
    asked = STUDY.leakage and wildcards.dataset in TRAINED
    return [f"results/{wildcards.dataset}/leakage.json"] if asked else []


def leakage_of_parent(wildcards):
    """Return the overlap of the control with its parent's training split, if the study requests it."""
    parent = parent_of(wildcards)
    return [f"results/{parent}/leakage.parquet"] if STUDY.leakage else []


def all_leakage(wildcards):
    """Return the leakage of every dataset that heads are trained on."""
    return [f"results/{dataset}/leakage.json" for dataset in TRAINED]


def ids_of_others(wildcards):
    """Return the published list of ids that the job's dataset is compared with."""
    return literal(row_of(wildcards).compare)


def all_comparisons(wildcards):
    """Return the comparison of every dataset that names a published list of ids."""
    return [f"results/{name}/comparison.json" for name in COMPARED]
