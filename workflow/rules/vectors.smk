"""What an encoder's job is told and reads, and where the vectors of a study stand."""


def encoder_of(wildcards):
    """Return what the job's encoder needs of its row to make vectors."""
    return catalogue.encoder_row(config, wildcards.encoder)


def prompts_of(wildcards):
    """Return the templates and words that the dataset's class names are put into."""
    return catalogue.prompts(config, wildcards.dataset)


def weights_of(wildcards):
    """Return the pin of the encoder's weights; nothing where they lie on this machine already."""
    if wildcards.encoder not in FROM_HUB:
        return []
    return f"results/weights/{wildcards.encoder}.json"


def all_weights():
    """Return the pins of every encoder of the study whose weights come from the hub."""
    chosen = selection.encoders(config)
    return [f"results/weights/{name}.json" for name in chosen if name in FROM_HUB]


def images_if_any(wildcards):
    """Return all shards of the job's view if it is one of pictures, else nothing."""
    is_image = wildcards.encoder in IMAGE_ENCODERS
    return images_of_view(wildcards) if is_image else []


def embedding_of_every_split(wildcards):
    """Return the files of one embedding, those of the dataset's extra splits included."""
    splits = ["train", "test", *catalogue.extra_splits(config, wildcards.dataset)]
    pattern = "results/{dataset}/embeddings/{view}.{encoder}/"
    return [f"{pattern}{split}.parquet".format(**wildcards) for split in splits]


def all_verifications(wildcards):
    """Return the comparison of every embedding of the study with its encoder."""
    return [
        f"results/{dataset}/verification/{part}.json"
        for dataset in selection.datasets(config)
        for part in feature_sets.parts(config, dataset)
    ]


def embeddings_of(split):
    """Return the input function for the embeddings that features are joined from, in the order of their names."""
    path = "results/{dataset}/embeddings/{part}/{split}.parquet"
    return lambda wildcards: [
        path.format(dataset=wildcards.dataset, part=part, split=split)
        for part in wildcards.features.split("+")
    ]


def embeddings_of_cell(wildcards):
    """Return the embeddings of every split that a cell learns from or is judged on, split by split."""
    splits = probe_grid.cell_splits(config, wildcards.dataset, protocol_of(wildcards))
    return [path for split in splits for path in embeddings_of(split)(wildcards)]


def prompts_of_cell(wildcards):
    """Return the class texts in the space of the cell's features; none where its protocol wants none."""
    if "prompts" not in protocol_row(wildcards):
        return []
    partner = config["encoders"][wildcards.features.split(".")[1]]["text"]
    return [f"results/{wildcards.dataset}/prompts/{partner}.parquet"]


def prompts_of_partner(wildcards):
    """Return the prompts by the text encoder that shares the image encoder's space."""
    partner = catalogue.partners(config)[wildcards.encoder]
    return f"results/{wildcards.dataset}/prompts/{partner}.parquet"
