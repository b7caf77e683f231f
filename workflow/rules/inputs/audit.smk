"""What the audit of masking reads."""

AUDITED = audit_grid.datasets(STUDY)
# Every dataset with pictures can be asked for by its path; those of the study are asked for by the target.
SUBJECTS = {
    dataset: audit_grid.subjects(STUDY, dataset)
    for dataset, row in DATASETS.items()
    if row.views_of("image")
}
INKED = [
    {"detector": detector, "size": size}
    for detector in audit_grid.detectors(STUDY)
    for size in STUDY.audit["ink"]["sizes"]
]


def subject_of(wildcards):
    """Return what the job looks at."""
    return SUBJECTS[wildcards.dataset][wildcards.subject]


def audit_of(*keys):
    """Return one setting of the audit."""
    value = STUDY.audit
    for key in keys:
        value = value[key]
    return value


def audited_detector(wildcards):
    """Return the row of the job's detector, without the step for white text where that is what it looks at."""
    bare = wildcards.get("steps") == audit_grid.VARIANTS[False]
    return audit_grid.detector_row(STUDY, wildcards.detector, white_text=not bare)


def second_short_side():
    """Return the pixels to which a picture's shorter side is enlarged when it is read a second time."""
    reading = audit_of("reading")
    return round(reading["short_side"] * reading["again"])


def own_backgrounds(wildcards):
    """Return the folder of the user's own pictures without text; nothing where none is named."""
    own = audit_of("ink").get("own")
    return literal(own) if own else []


def masks_of_view(wildcards):
    """Return the boxes of the masked view that the job takes pictures of."""
    own = "" if wildcards.view == "masked" else f"{wildcards.view}/"
    return per_shard(
        wildcards.dataset, f"results/{{dataset}}/masks/{own}{{shard}}.parquet"
    )


def original_of(wildcards):
    """Return the pictures before masking that belong to the job's subject."""
    return f"results/{wildcards.dataset}/audit/pictures/{audit_grid.ORIGINAL}.{subject_of(wildcards).of}.parquet"


def original_of_view(wildcards):
    """Return the pictures that a masked view was made from."""
    of = row_of(wildcards).masked_views[wildcards.view].of
    return (
        f"results/{wildcards.dataset}/audit/pictures/{audit_grid.ORIGINAL}.{of}.parquet"
    )


def original_of_dataset(wildcards):
    """Return the pictures that a detector on its own is given."""
    of = audit_grid.unmasked(STUDY, wildcards.dataset)
    return (
        f"results/{wildcards.dataset}/audit/pictures/{audit_grid.ORIGINAL}.{of}.parquet"
    )


def readings_before(wildcards):
    """Return what was read before masking."""
    return f"results/{wildcards.dataset}/audit/readings/{audit_grid.ORIGINAL}.{subject_of(wildcards).of}.parquet"


def readings_again(wildcards):
    """Return what was read before masking on pictures of another size."""
    return f"results/{wildcards.dataset}/audit/readings/again.{subject_of(wildcards).of}.parquet"


def of_every_subject(pattern):
    """Return one file of everything that is read after masking."""
    return [
        pattern.format(dataset=dataset, subject=subject.name)
        for dataset, subject in audit_grid.all_subjects(STUDY)
    ]


def all_ink(name):
    """Return one file of every detector and size of picture with known text."""
    return [
        f"results/audit/{row['detector']}/{row['size']}.{name}.parquet" for row in INKED
    ]


def about_subjects(wildcards):
    """Return what the audit's summary tells of everything that is read."""
    return [
        {
            "dataset": dataset,
            "subject": subject.name,
            "detector": subject.detector,
            "white_text": subject.white_text,
            "view": subject.view,
        }
        for dataset, subject in audit_grid.all_subjects(STUDY)
    ]


wildcard_constraints:
    subject=r"(?!again\.)[a-z0-9-]+(\.[a-z0-9-]+)+",
    detector=NAME,
    steps=one_of(audit_grid.VARIANTS.values()),
    size="[0-9]+x[0-9]+",
