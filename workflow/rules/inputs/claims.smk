"""Input functions of claims, the ladder, specifications and the search for contamination."""


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


def dataset_and_controls(wildcards):
    """Return the job's dataset and its controls that are compared."""
    dataset = wildcards.dataset
    return [dataset, *feature_sets.dated_controls(STUDY, dataset)]


def samples_of_contamination(wildcards):
    """Return the samples of the dataset and of its controls."""
    return [
        f"results/{name}/samples.parquet" for name in dataset_and_controls(wildcards)
    ]


def spaces_of(wildcards):
    """Return {dataset or control: features} of the spaces that are searched for twins."""
    own = feature_sets.twin_spaces(STUDY, wildcards.dataset)
    found = {
        name: set(feature_sets.embedded_parts(STUDY, name))
        for name in dataset_and_controls(wildcards)
    }
    return {name: [f for f in own if f in parts] for name, parts in found.items()}


def train_embeddings_of_spaces(wildcards):
    """Return the embeddings of the training split in every space."""
    dataset = wildcards.dataset
    return [
        f"results/{dataset}/embeddings/{features}/train.parquet"
        for features in spaces_of(wildcards)[dataset]
    ]


def test_embeddings_of_spaces(wildcards):
    """Return the embeddings of the test split and of the controls, dataset by dataset."""
    return [
        f"results/{name}/embeddings/{features}/test.parquet"
        for name, found in spaces_of(wildcards).items()
        for features in found
    ]


def singles_of(wildcards):
    """Return {dataset or control: features of single encoders that the first protocol probes}."""
    return {
        name: feature_sets.main_singles(STUDY, name)
        for name in dataset_and_controls(wildcards)
    }


def predictions_of_contamination(wildcards):
    """Return the predictions for these features, dataset by dataset."""
    cells = [
        (name, "transfer", features)
        for name, found in singles_of(wildcards).items()
        for features in found
    ]
    return cell_files(cells, "predictions.parquet")


def cut_offs_of(wildcards):
    """Return {encoder: end of its training data} of the encoders that score a control."""
    controls = [*singles_of(wildcards).values()][1:]
    names = [features for found in controls for features in found]
    encoders = {name.split(".")[1] for name in names}
    return {name: ENCODERS[name].seen_until for name in sorted(encoders)}


def columns_of_contamination(wildcards):
    """Return the columns of clusters and of popularity of the dataset and of every control."""
    rows = {name: DATASETS[name] for name in dataset_and_controls(wildcards)}
    return {name: [row.cluster, row.popularity] for name, row in rows.items()}


def contamination_options():
    """Return the study's options for the search, with those of the bootstrap."""
    options = {k: v for k, v in (STUDY.contamination or {}).items() if k != "controls"}
    return {**options, **STUDY.claim_options, "seeds": STUDY.seeds}
