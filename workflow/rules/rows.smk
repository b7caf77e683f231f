"""What a job reads of its dataset's row in the catalogue, as its params."""


def row_of(wildcards):
    """Return the catalogue row of the job's dataset."""
    return DATASETS[wildcards.dataset]


def source_of(wildcards):
    """Return where the job's dataset comes from."""
    return row_of(wildcards)["source"]


def place_of(wildcards):
    """Return where the dataset's pictures are: what the image stage reads of its source."""
    return picture_place(source_of(wildcards))


def min_side_of(wildcards):
    """Return the pixels that a picture's shorter side has at least; smaller ones are rejected."""
    return row_of(wildcards).get("min_side", catalogue.MIN_SIDE)


def task_of(wildcards):
    """Return whether the dataset is single-label or multi-label."""
    return row_of(wildcards)["task"]


def shards_of(wildcards):
    """Return the number of image shards of the dataset."""
    return row_of(wildcards)["shards"]


def texts_of(wildcards):
    """Return {text view: column} of the dataset."""
    return catalogue.text_columns(config, wildcards.dataset)


def column_of(wildcards):
    """Return the column that holds the job's text view."""
    return texts_of(wildcards)[wildcards.view]


def columns_of(wildcards):
    """Return {what for: column} of all columns that the dataset's listing has beside the fixed ones."""
    row, texts = row_of(wildcards), texts_of(wildcards)
    asked = {"split.group": row.get("split", {}).get("group")}
    # The published sets bring their source_... columns unasked: naming one there is no reason to read them again.
    if row["source"]["kind"] in OWN or not row.get("cluster", "").startswith("source_"):
        asked[f"datasets.{wildcards.dataset}.cluster"] = row.get("cluster")
    return texts | {what: column for what, column in asked.items() if column}


def column_if_text(wildcards):
    """Return the column that holds the job's view if it is one of texts, else None."""
    return texts_of(wildcards).get(wildcards.view)


def offered_splits_of(wildcards):
    """Return the splits beside train and test that the dataset's source may name; None where it has no say."""
    made = row_of(wildcards).get("split", {})
    return None if "test" in made else row_of(wildcards).get("splits", [])


def split_of_row(wildcards):
    """Return how the dataset is split; None where its source says it."""
    return row_of(wildcards).get("split")


def extra_splits_of(wildcards):
    """Return the dataset's splits beside train and test."""
    return catalogue.extra_splits(config, wildcards.dataset)


def view_of(wildcards):
    """Return the row of the masked view that the job makes."""
    return row_of(wildcards)["views"][wildcards.get("view", "masked")]


def detector_of(wildcards):
    """Return what the job's masked view depends on of its detector's row."""
    view = wildcards.get("view", "masked")
    return masked_views.detector_row(config, wildcards.dataset, view)


def part_of(wildcards):
    """Return the dataset that the job's dataset is a subset of."""
    return source_of(wildcards)["of"]


def id_list_of(wildcards):
    """Return the path of the list of ids that the subset is chosen by."""
    return source_of(wildcards)["ids"]


def about(wildcards):
    """Return what the card of the job's dataset tells of its row."""
    return provenance.about(config, wildcards.dataset)


def title_of(wildcards):
    """Return the display name of the dataset; its own where it has none."""
    name = wildcards.dataset
    return config.get("labels", {}).get("datasets", {}).get(name, name)


def publish_of(wildcards):
    """Return whether pictures and texts of the dataset may be shown in figures."""
    return provenance.publish(config, wildcards.dataset)
