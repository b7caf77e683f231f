"""What a job reads of its rows in the catalogue, as its params and resources."""


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
    return row_of(wildcards).get("min_side", study.MIN_SIDE)


def task_of(wildcards):
    """Return whether the dataset is single-label or multi-label."""
    return row_of(wildcards)["task"]


def shards_of(wildcards):
    """Return the number of image shards of the dataset."""
    return row_of(wildcards)["shards"]


def texts_of(wildcards):
    """Return {text view: column} of the dataset."""
    return study.text_columns(config, wildcards.dataset)


def column_of(wildcards):
    """Return the column that holds the job's text view."""
    return texts_of(wildcards)[wildcards.view]


def columns_of(wildcards):
    """Return {what for: column} of all columns that the dataset's listing has beside the fixed ones."""
    group = row_of(wildcards).get("split", {}).get("group")
    return texts_of(wildcards) | ({"split.group": group} if group else {})


def offered_splits_of(wildcards):
    """Return the splits beside train and test that the dataset's source may name; None where it has no say."""
    made = row_of(wildcards).get("split", {})
    return None if "test" in made else row_of(wildcards).get("splits", [])


def column_if_text(wildcards):
    """Return the column that holds the job's view if it is one of texts, else None."""
    return texts_of(wildcards).get(wildcards.view)


def split_of_row(wildcards):
    """Return how the dataset is split; None where its source says it."""
    return row_of(wildcards).get("split")


def extra_splits_of(wildcards):
    """Return the dataset's splits beside train and test."""
    return study.extra_splits(config, wildcards.dataset)


def view_of(wildcards):
    """Return the row of the masked view that the job makes."""
    return row_of(wildcards)["views"][wildcards.get("view", "masked")]


def encoder_of(wildcards):
    """Return what the job's encoder needs of its row to make vectors."""
    return study.encoder_row(config, wildcards.encoder)


def prompts_of(wildcards):
    """Return the templates and words that the dataset's class names are put into."""
    return study.prompts(config, wildcards.dataset)


def detector_of(wildcards):
    """Return the row of the detector that finds the text."""
    return config["detectors"][view_of(wildcards)["detector"]]


def service_of(wildcards):
    """Return the source without its dates: a slice that stays the same is not crawled again."""
    return service(origins.source(config, wildcards.dataset))


def dates_of(wildcards):
    """Return the first and last release date of the job's slice."""
    return between(source_of(wildcards), wildcards.slice)


def released_of(wildcards):
    """Return the first and last release date of the dataset."""
    return [source_of(wildcards)["released"][end] for end in ("from", "to")]


def poster_limits(wildcards):
    """Return what a poster must be to be used."""
    return {key: config["tmdb"][key] for key in ("min_side", "max_pixels", "max_bytes")}


def asks_tmdb(wildcards):
    """Return the job's share in percent of the rate at which the real service is asked; a replica has no limit."""
    return 0 if replica_files(wildcards) else 100 // config["tmdb"]["jobs"]


def part_of(wildcards):
    """Return the dataset that the job's dataset is a subset of."""
    return source_of(wildcards)["of"]


def id_list_of(wildcards):
    """Return the path of the list of ids that the subset is chosen by."""
    return source_of(wildcards)["ids"]


def controls_of(wildcards):
    """Return the datasets that are scored with the heads of the job's dataset."""
    return [
        control for control, parent in CONTROLS.items() if parent == wildcards.dataset
    ]


def texts_of_all(wildcards):
    """Return the text columns by view of the job's dataset and of its controls."""
    names = [wildcards.dataset, *controls_of(wildcards)]
    return {name: study.text_columns(config, name) for name in names}


def about(wildcards):
    """Return what the card of the job's dataset tells of its row."""
    return origins.about(config, wildcards.dataset)


def leakage_of(wildcards):
    """Return how the duplicates of the job's dataset are treated."""
    return origins.leakage(config, wildcards.dataset)


def title_of(wildcards):
    """Return the display name of the dataset; its own where it has none."""
    name = wildcards.dataset
    return config.get("labels", {}).get("datasets", {}).get(name, name)


def protocol_of(wildcards):
    """Return the name of the protocol whose results the folder holds."""
    return PROTOCOLS[wildcards.folder]


def protocol_row(wildcards):
    """Return the row of that protocol."""
    return config["protocols"][protocol_of(wildcards)]


def shots_of(wildcards):
    """Return the numbers of prototypes a class."""
    return study.shots(config, wildcards.dataset)


def compared_pairs(wildcards):
    """Return the pairs of features whose lead before and after is compared."""
    return study.compared(config, wildcards.dataset)


def compared_features(wildcards):
    """Return the features of those pairs, each once."""
    return list(
        dict.fromkeys(name for pair in compared_pairs(wildcards) for name in pair)
    )


def parent_of(wildcards):
    """Return the dataset whose heads score the job's control dataset."""
    return CONTROLS[wildcards.dataset]
