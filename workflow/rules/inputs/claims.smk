"""What claims are judged on."""


def samples_of_claims(wildcards):
    """Return the samples of every dataset, with labels and clusters."""
    return [f"results/{name}/samples.parquet" for name in STUDY.dataset_names]


def predictions_of_claims(wildcards):
    """Return the predictions of the study's first protocol on test splits and controls."""
    return cell_files(claim_grid.cells(STUDY), "predictions.parquet")


def fewshot_of_claims(wildcards):
    """Return the few-shot scores by test item of every encoder in a claim."""
    return [
        f"results/{dataset}/{task}/{features}.scores.parquet"
        for task in claim_grid.fewshot_tasks(STUDY)
        for dataset in FEWSHOT
        for features in claim_grid.features(STUDY, dataset, task)
    ]


def item_scores_of_claims(wildcards):
    """Return the item scores of other tasks that a claim of the study is about."""
    return feature_sets.item_files(
        STUDY, claim_grid.item_cells(STUDY), "values.parquet"
    )


def claims_file(wildcards):
    """Return the verdicts on the study's claims, if it has any."""
    return ["results/claims.json"] if STUDY.claims else []


def samples_of_ladder(wildcards):
    """Return the samples of every dataset that the ladder's encoders are probed on."""
    return [f"results/{name}/samples.parquet" for name in ladder.views(STUDY)]


def predictions_of_ladder(wildcards):
    """Return the predictions of every probe of the ladder."""
    return cell_files(ladder.cells(STUDY), "predictions.parquet")


def ratings_of_ladder(wildcards):
    """Return the file that rates how human-centric classes are, if the study has a ladder."""
    return [shipped(STUDY.ladder["ratings"])] if STUDY.ladder else []


def specification_scores(wildcards):
    """Return the scores of every cell under every specification of the study."""
    return [
        f"results/{dataset}/specifications/{features}.parquet"
        for dataset, features in specification_grid.cells(STUDY)
    ]
