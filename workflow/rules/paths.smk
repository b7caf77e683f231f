"""Where the listings, pictures and samples of a dataset stand."""

from itertools import chain


def per_shard(dataset, pattern):
    """Return one path a shard of a dataset; `pattern` has the fields {dataset} and {shard}."""
    names = shard_names(DATASETS[dataset]["shards"])
    return [pattern.format(dataset=dataset, shard=shard) for shard in names]


def pictures_of(dataset, pattern):
    """Return one path a shard of a dataset with pictures; none of a dataset without."""
    return (
        per_shard(dataset, pattern) if catalogue.views(config, dataset, "image") else []
    )


def files_of_source(wildcards):
    """Return the files that decide the dataset's listing.

    Files that a user has yet to fetch are left out, so that a study can be planned before its data are there;
    the job that reads them says what to download.
    """
    files = source_files(source_of(wildcards))
    return [
        file
        for file in files
        if file.startswith(catalogue.GENERATED) or Path(file).exists()
    ]


def files_of_dataset(dataset):
    """Return the samples of a dataset and all shards of the pictures that its source has."""
    views = catalogue.views(config, dataset, "image")
    shown = [view for view in views if "of" not in DATASETS[dataset]["views"][view]]
    pattern = "results/{{dataset}}/images/{view}/{{shard}}.parquet"
    shards = (per_shard(dataset, pattern.format(view=view)) for view in shown)
    return [f"results/{dataset}/samples.parquet", *chain.from_iterable(shards)]


def reject_files(wildcards):
    """Return the image stage's rejects of the dataset; none where it has no pictures."""
    if not catalogue.views(config, wildcards.dataset, "image"):
        return []
    return per_shard(wildcards.dataset, "results/{dataset}/rejects/{shard}.parquet")


def standard_images(wildcards):
    """Return the picture files of the job's dataset."""
    return pictures_of(
        wildcards.dataset, "results/{dataset}/images/standard/{shard}.parquet"
    )


def images_of(view):
    """Return the input function for all shards of one image view."""
    pattern = f"results/{{dataset}}/images/{view}/{{shard}}.parquet"
    return lambda wildcards: per_shard(wildcards.dataset, pattern)


def images_of_view(wildcards):
    """Return all shards of the image view that the job embeds."""
    return images_of(wildcards.view)(wildcards)


def masks_folder(dataset, view):
    """Return where the boxes of a masked view are kept; those of `masked` stand in front."""
    folder = f"results/{dataset}/masks"
    return folder if view == "masked" else f"{folder}/{view}"


def masks_of(wildcards):
    """Return the boxes of the dataset's masked view."""
    return per_shard(wildcards.dataset, "results/{dataset}/masks/{shard}.parquet")


def boxes_before(wildcards):
    """Return the boxes that the job's detector reads: another masked view's, or a table of the user's.

    Nothing where it looks at pictures, or where the table is yet to be put there: the job says so.
    """
    dataset, view = wildcards.dataset, wildcards.get("view", "masked")
    source = masked_views.taken_from(config, dataset, view)
    if source is not None:
        return [f"{masks_folder(dataset, source)}/{wildcards.shard}.parquet"]
    row = detector_of(wildcards)
    table = row["path"] if row["kind"] == "boxes" else None
    return [table] if table and Path(table).exists() else []


def unmasked_images(wildcards):
    """Return the shard of pictures that a masked view is made from."""
    view = view_of(wildcards)["of"]
    return f"results/{wildcards.dataset}/images/{view}/{wildcards.shard}.parquet"


def ids_of_subset(wildcards):
    """Return the list of ids that a subset is chosen by; nothing where its user has yet to put it in place."""
    missing = provenance.absent_ids(
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
