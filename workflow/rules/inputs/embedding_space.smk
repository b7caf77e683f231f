"""Input functions of zero-shot, out-of-distribution detection, clusters and retrieval, and their results."""


def comparison_row(wildcards):
    """Return the row of `study.ood` that the job evaluates."""
    return STUDY.ood[wildcards.comparison]


def compared_datasets(wildcards):
    """Return the known dataset of a comparison, then the unknown ones."""
    row = comparison_row(wildcards)
    return [row["known"], *row["unknown"]]


def clusters_of_comparison(wildcards):
    """Return the cluster column of every dataset of a comparison; None for a dataset without clusters."""
    return {name: DATASETS[name].cluster for name in compared_datasets(wildcards)}


def cluster_of(wildcards):
    """Return the column by which the dataset's samples are resampled together, or None."""
    return row_of(wildcards).cluster


def samples_of_comparison(wildcards):
    """Return the samples of every dataset of a comparison."""
    return [f"results/{name}/samples.parquet" for name in compared_datasets(wildcards)]


def train_of_comparison(wildcards):
    """Return the vectors of the known training samples."""
    known, features = comparison_row(wildcards)["known"], wildcards.features
    return f"results/{known}/embeddings/{features}/train.parquet"


def tests_of_comparison(wildcards):
    """Return the vectors of the test samples of every dataset of a comparison."""
    return [
        f"results/{name}/embeddings/{wildcards.features}/test.parquet"
        for name in compared_datasets(wildcards)
    ]


def prompts_of_comparison(wildcards):
    """Return the prompts of the known classes in the encoder's space; none if no text encoder shares it."""
    known, encoder = (
        comparison_row(wildcards)["known"],
        wildcards.features.split(".")[1],
    )
    partner = STUDY.partners.get(encoder)
    return [f"results/{known}/prompts/{partner}.parquet"] if partner else []


def results_of(task):
    """Return the input function for the results of `ood`, `clusters` or `retrieval`."""
    cells = [cell for cell in feature_sets.item_cells(STUDY) if cell[0] == task]
    return lambda wildcards: feature_sets.item_files(STUDY, cells, "json")


def all_zeroshot(wildcards):
    """Return the zero-shot scores of every encoder in `study.zeroshot`."""
    return [
        f"results/{dataset}/zeroshot/{features}.json"
        for dataset in FEWSHOT
        for features in feature_sets.zeroshot_features(STUDY, dataset)
    ]


def embeddings_of_retrieval(wildcards):
    """Return the embeddings of train, test and, if there is one, the validation split."""
    extra = [name for name in extra_splits_of(wildcards) if name == VALIDATION]
    splits = ["train", "test", *extra]
    return [path for split in splits for path in embeddings_of(split)(wildcards)]


def pictures_known_by(wildcards):
    """Return the file with the sha256 of every picture; without pictures (profiles/vectors) only if it exists."""
    allowed, path = workflow.dag_settings.allowed_rules, "results/{dataset}/ids.parquet"
    path = path.format(dataset=wildcards.dataset)
    return [path] if not allowed or "card" in allowed or Path(path).exists() else []


def column_of_retrieval(wildcards):
    """Return the column of the texts of a retrieval cell."""
    text = wildcards.features.split("+")[1].split(".")[0]
    return row_of(wildcards).views[text].column


def shares_space(wildcards):
    """Return whether the two encoders of a retrieval cell share a space."""
    return feature_sets.shares_space(STUDY, wildcards.features)
