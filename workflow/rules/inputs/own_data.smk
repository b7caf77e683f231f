"""Input functions of `snakemake check_data`."""


def images_of_study(wildcards):
    """Return the pictures of every dataset of the study, before masking."""
    pattern = "results/{dataset}/images/standard/{shard}.parquet"
    return [path for name in STUDY.dataset_names for path in pictures_of(name, pattern)]


def checked_files(wildcards):
    """Return {dataset: {samples, rejects, images: paths}} of the study."""
    pattern = "results/{dataset}/images/standard/{shard}.parquet"
    return {
        name: {
            "samples": f"results/{name}/samples.parquet",
            "rejects": f"results/{name}/rejects.parquet",
            "images": pictures_of(name, pattern),
        }
        for name in STUDY.dataset_names
    }
