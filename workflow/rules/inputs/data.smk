"""Input functions of listings, pictures, samples and subsets."""


def picture_source_of(wildcards):
    """Return the keys of the dataset's source that locate its pictures."""
    return picture_source(source_of(wildcards))


def min_side_of(wildcards):
    """Return the minimum length in pixels of a picture's shorter side; smaller pictures are rejected."""
    return row_of(wildcards).min_side


def columns_of(wildcards):
    """Return {purpose: column} of the columns that the dataset's listing adds to the fixed ones."""
    row, texts = row_of(wildcards), texts_of(wildcards)
    asked = {"split.group": (row.split or {}).get("group")}
    asked |= {f"target.{key}": row.target.get(key) for key in ("column", "weight")}
    # Published sets always have their source_... columns, so using one does not require reading them again.
    published = kind_of(row.source).published is not None
    for key, column in (("cluster", row.cluster), ("popularity", row.popularity)):
        if not (published and (column or "").startswith("source_")):
            asked[f"datasets.{wildcards.dataset}.{key}"] = column
    return texts | {what: column for what, column in asked.items() if column}


@errors_in_one_line()
def fetched_datasets(wildcards):
    """Return the facts needed to download the published datasets that the command line or the study names."""
    return provenance.fetched(STUDY, ONLY)


def offered_splits_of(wildcards):
    """Return the splits, other than train and test, that the source may use; None if it defines no splits."""
    row = row_of(wildcards)
    return None if "test" in (row.split or {}) else list(row.splits or ())


def split_of_row(wildcards):
    """Return how the dataset is split; None if its source defines the splits."""
    return row_of(wildcards).split


def target_of(wildcards):
    """Return the columns of number and weight of a regression dataset; None for a dataset of labels."""
    row = row_of(wildcards)
    return row.target if row.is_rated else None


def part_of(wildcards):
    """Return the dataset that the job's dataset is a subset of."""
    return source_of(wildcards)["of"]


def id_list_of(wildcards):
    """Return the path of the list of ids that defines the subset."""
    return source_of(wildcards)["ids"]


def files_of_source(wildcards):
    """Return the files that determine the dataset's listing.

    Files that do not exist yet are left out, so that a study can be planned before its data are there;
    the job that reads them reports what to download.
    """
    files = source_files(source_of(wildcards))
    return [
        literal(file)
        for file in files
        if file.startswith(GENERATED) or Path(file).exists()
    ]


def reject_files(wildcards):
    """Return the rejects of the image stage; none for a dataset without pictures."""
    if not row_of(wildcards).views_of("image"):
        return []
    return per_shard(wildcards.dataset, "results/{dataset}/rejects/{shard}.parquet")


def ids_of_subset(wildcards):
    """Return the list of ids that defines a subset, if the file exists."""
    missing = provenance.absent_ids(
        source_of(wildcards), lambda path: Path(path).is_file()
    )
    return [] if missing else [literal(id_list_of(wildcards))]


def of_whole(name):
    """Return the input function for a file of the dataset that the job's dataset is a subset of."""
    return lambda wildcards: f"results/{part_of(wildcards)}/{name}"


def images_of_whole(wildcards):
    """Return the picture files of the whole dataset that can contain samples of the subset's shard."""
    whole = part_of(wildcards)
    numbers = sources_of_shard(
        int(wildcards.shard), shards_of(wildcards), DATASETS[whole].shards
    )
    names = shard_names(DATASETS[whole].shards)
    return [
        f"results/{whole}/images/standard/{names[number]}.parquet" for number in numbers
    ]
