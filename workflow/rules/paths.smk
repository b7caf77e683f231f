"""Where the listings, pictures and samples of a dataset stand."""

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
