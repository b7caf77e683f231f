"""What the cards of datasets read."""


def texts_of_study(wildcards):
    """Return the embedding of each text view by each text encoder of the study."""
    return [
        f"results/{dataset}/embeddings/{features}/test.parquet"
        for dataset in [*TRAINED, *CONTROLS]
        for features in feature_sets.text_features(STUDY, dataset)
    ]
