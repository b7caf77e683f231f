"""Input functions of masked views."""


def detector_of(wildcards):
    """Return the part of the detector's row that the masked view depends on."""
    view = wildcards.get("view", "masked")
    return masked_views.detector_row(STUDY, wildcards.dataset, view)


def masks_folder(dataset, view):
    """Return the folder with the boxes of a masked view; those of `masked` have no subfolder."""
    folder = f"results/{dataset}/masks"
    return folder if view == "masked" else f"{folder}/{view}"


def masks_of(wildcards):
    """Return the boxes of the dataset's masked view."""
    return per_shard(wildcards.dataset, "results/{dataset}/masks/{shard}.parquet")


def boxes_before(wildcards):
    """Return the boxes that the job's detector reads: another masked view's, or a table of the user's.

    Empty if it reads pictures, or if the table does not exist yet, which the job reports.
    """
    dataset, view = wildcards.dataset, wildcards.get("view", "masked")
    source = masked_views.source_view(STUDY, dataset, view)
    if source is not None:
        return [f"{masks_folder(dataset, source)}/{wildcards.shard}.parquet"]
    table = detector_of(wildcards).get("path")
    return [literal(table)] if table and Path(table).exists() else []


def unmasked_images(wildcards):
    """Return the shard of pictures that a masked view is made from."""
    view = view_of(wildcards).of
    return f"results/{wildcards.dataset}/images/{view}/{wildcards.shard}.parquet"
