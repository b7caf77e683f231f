"""What the cards of datasets read."""


def texts_of_study(wildcards):
    """Return an embedding of every text view and text encoder of the study."""
    return [
        f"results/{dataset}/embeddings/{features}/test.parquet"
        for dataset in [*TRAINED, *CONTROLS]
        for features in feature_sets.text_features(STUDY, dataset)
    ]
