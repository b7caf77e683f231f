"""Input functions of the masking audit."""

AUDITED = audit_grid.datasets(STUDY)
# The audit of any dataset with pictures can be requested by path; the target requests those of the study.
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
    """Return the subject of the audit that the job reads or masks."""
    return SUBJECTS[wildcards.dataset][wildcards.subject]


def audit_of(*keys):
    """Return one setting of the audit."""
    value = STUDY.audit
    for key in keys:
        value = value[key]
    return value


def audited_detector(wildcards):
    """Return the row of the job's detector, without its white-text step if the subject omits it."""
    bare = wildcards.get("steps") == audit_grid.VARIANTS[False]
    return audit_grid.detector_row(STUDY, wildcards.detector, white_text=not bare)


def second_short_side():
    """Return the length in pixels of a picture's shorter side for the second reading."""
    reading = audit_of("reading")
    return round(reading["short_side"] * reading["again"])


def own_backgrounds(wildcards):
    """Return the folder of the user's own pictures without text, if one is configured."""
    own = audit_of("ink").get("own")
    return literal(own) if own else []


def masks_of_view(wildcards):
    """Return the boxes of the job's masked view."""
    folder = masks_folder("{dataset}", wildcards.view)
    return per_shard(wildcards.dataset, f"{folder}/{{shard}}.parquet")


def original_of(wildcards):
    """Return the unmasked pictures of the job's subject."""
    return f"results/{wildcards.dataset}/audit/pictures/{audit_grid.ORIGINAL}.{subject_of(wildcards).of}.parquet"


def original_of_view(wildcards):
    """Return the pictures that a masked view was made from."""
    of = row_of(wildcards).masked_views[wildcards.view].of
    return (
        f"results/{wildcards.dataset}/audit/pictures/{audit_grid.ORIGINAL}.{of}.parquet"
    )


def original_of_dataset(wildcards):
    """Return the pictures for a detector that is audited without a masked view."""
    of = audit_grid.unmasked(STUDY, wildcards.dataset)
    return (
        f"results/{wildcards.dataset}/audit/pictures/{audit_grid.ORIGINAL}.{of}.parquet"
    )


def readings_before(wildcards):
    """Return the text read before masking."""
    return f"results/{wildcards.dataset}/audit/readings/{audit_grid.ORIGINAL}.{subject_of(wildcards).of}.parquet"


def readings_again(wildcards):
    """Return the second reading before masking, at another picture size."""
    return f"results/{wildcards.dataset}/audit/readings/again.{subject_of(wildcards).of}.parquet"


def of_every_subject(pattern):
    """Return one file per audited subject."""
    return [
        pattern.format(dataset=dataset, subject=subject.name)
        for dataset, subject in audit_grid.all_subjects(STUDY)
    ]


def all_ink(name):
    """Return one file per detector and size of pictures with known text."""
    return [
        f"results/audit/{row['detector']}/{row['size']}.{name}.parquet" for row in INKED
    ]


def about_subjects(wildcards):
    """Return the facts about each subject that the audit's summary shows."""
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
