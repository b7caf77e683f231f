"""Input functions of encoders: rows, weights, pictures, texts, and paths of embeddings."""


def column_of(wildcards):
    """Return the column of the job's text view."""
    return READING.datasets[wildcards.dataset].text_columns[wildcards.view]


def samples_with_text(wildcards):
    """Return the samples with the job's text; texts that OCR read in pictures have their own table."""
    own = wildcards.view in texts_of(wildcards) or STUDY.reading is None
    return f"results/{wildcards.dataset}/{'' if own else 'reading/'}samples.parquet"


def column_if_text(wildcards):
    """Return the column of the job's view if it is a text view, else None."""
    return texts_of(wildcards).get(wildcards.view)


def images_of_view(wildcards):
    """Return all shards of the image view that the job embeds."""
    return images_of(wildcards.view)(wildcards)


def encoder_of(wildcards):
    """Return the part of the encoder's row that its vectors depend on."""
    return ENCODERS[wildcards.encoder].row


def prompts_of(wildcards):
    """Return the templates and words that the dataset's class names are put into."""
    return STUDY.prompts_of(wildcards.dataset)


def weights_of(wildcards):
    """Return the pin of the encoder's weights; none if they are a local file or shipped in a package."""
    if wildcards.encoder not in FROM_HUB:
        return []
    return f"results/weights/{wildcards.encoder}.json"


def all_weights():
    """Return the pins of all encoders of the study with weights on a hub."""
    names = STUDY.encoder_names
    return [f"results/weights/{name}.json" for name in names if name in FROM_HUB]


def images_if_any(wildcards):
    """Return all shards of the job's view if it is an image view, else nothing."""
    is_image = wildcards.encoder in IMAGE_ENCODERS
    return images_of_view(wildcards) if is_image else []


def images_of_range(wildcards):
    """Return the shards of the job's range; ranges differ by at most one shard."""
    shards = images_of_view(wildcards)
    begin, end = bounds(len(shards), int(wildcards.number), int(wildcards.jobs))
    return shards[begin:end]


def ranges_of(wildcards):
    """Return the parts of a divided embedding, for images at most one per shard."""
    jobs = STUDY.embedding_jobs
    if wildcards.encoder in IMAGE_ENCODERS:
        jobs = min(jobs, len(images_of_view(wildcards)))
    folder = "results/{dataset}/ranges/{view}.{encoder}".format(**wildcards)
    return [
        f"{folder}.{number}-of-{jobs}/{split}.parquet"
        for number in range(jobs)
        for split in ("train", "test")
    ]


def embedding_of_every_split(wildcards):
    """Return the files of one embedding, including extra splits."""
    splits = ["train", "test", *extra_splits_of(wildcards)]
    pattern = "results/{dataset}/embeddings/{view}.{encoder}/"
    return [f"{pattern}{split}.parquet".format(**wildcards) for split in splits]


def all_verifications(wildcards):
    """Return the verification of every embedding of the study."""
    return [
        f"results/{dataset}/verification/{part}.json"
        for dataset in STUDY.dataset_names
        for part in feature_sets.embedded_parts(STUDY, dataset)
    ]


def embeddings_of(split):
    """Return the input function for the embeddings that features are joined from, in the order of their names."""
    path = "results/{dataset}/embeddings/{part}/{split}.parquet"
    return lambda wildcards: [
        path.format(dataset=wildcards.dataset, part=part, split=split)
        for part in wildcards.features.split("+")
    ]


def embeddings_of_cell(wildcards):
    """Return the embeddings of every split that a cell is trained or scored on, split by split."""
    protocol = protocol_of(wildcards)
    splits = feature_sets.cell_splits(STUDY, wildcards.dataset, protocol)
    return [path for split in splits for path in embeddings_of(split)(wildcards)]


def prompts_of_cell(wildcards):
    """Return the embedded class prompts in the space of the cell's features, if its protocol uses them."""
    if not STUDY.protocols[protocol_of(wildcards)].prompted:
        return []
    _, encoder = feature_sets.split_features(wildcards.features)[0]
    partner = STUDY.partners[encoder]
    return [f"results/{wildcards.dataset}/prompts/{partner}.parquet"]


def prompts_of_partner(wildcards):
    """Return the prompts embedded by the text encoder in the image encoder's space."""
    partner = STUDY.partners[wildcards.encoder]
    return f"results/{wildcards.dataset}/prompts/{partner}.parquet"


def texts_of_study(wildcards):
    """Return the embedding of each text view by each text encoder of the study."""
    return [
        f"results/{dataset}/embeddings/{features}/test.parquet"
        for dataset in [*TRAINED, *CONTROLS]
        for features in feature_sets.text_features(STUDY, dataset)
    ]
