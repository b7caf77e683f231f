"""Input functions of the study of reading and seeing."""

READING_VIEWS = list(reading_grid.image_views(STUDY))
MASKED_TO_READ = [view for view in READING_VIEWS if view != reading_grid.MIRRORED]


def unmasked_for_reading(wildcards):
    """Return the shard of pictures that the masked view is made from."""
    masked = DATASETS[wildcards.dataset].masked_views[STUDY.reading["view"]]
    return f"results/{wildcards.dataset}/images/{masked.of}/{wildcards.shard}.parquet"


def boxes_for_reading(wildcards):
    """Return the boxes of the masked view."""
    folder = masks_folder(wildcards.dataset, STUDY.reading["view"])
    return f"{folder}/{wildcards.shard}.parquet"


def detectors_for_reading(wildcards):
    """Return {view: row of its detector}, with the white text of the masked view."""
    return {
        view: masked_views.detector_row(READING, wildcards.dataset, view)
        for view in READING_VIEWS
    }


def texts_in_pictures(wildcards):
    """Return the texts that were read in every shard of pictures."""
    return per_shard(wildcards.dataset, "results/{dataset}/reading/{shard}.json")


def of_reading(name):
    """Return one file per dataset of the study."""
    return [f"results/{dataset}/{name}" for dataset in reading_grid.datasets(STUDY)]


def predictions_for_reading(wildcards):
    """Return the predictions of the study's first protocol on every view."""
    cells = [
        (dataset, "transfer", features)
        for dataset in reading_grid.datasets(STUDY)
        for features in reading_grid.cells(STUDY, dataset)
    ]
    return cell_files(cells, "predictions.parquet")


def masks_for_reading(wildcards):
    """Return the masks of every masked view, for the share of each picture that is covered."""
    return [
        path
        for dataset in reading_grid.datasets(STUDY)
        for view in [STUDY.reading["view"], *MASKED_TO_READ]
        for path in per_shard(
            dataset, f"{masks_folder(dataset, view)}/{{shard}}.parquet"
        )
    ]
