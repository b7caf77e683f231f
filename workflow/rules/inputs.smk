"""What the rules read and are told, stage by stage: input functions and params."""

# crawl.smk


def service_of(wildcards):
    """Return the source without its dates: a slice that stays the same is not crawled again."""
    return without_dates(row_of(wildcards).origin_source)


def dates_of(wildcards):
    """Return the first and last release date of the job's slice."""
    return slice_dates(source_of(wildcards), wildcards.slice)


def released_of(wildcards):
    """Return the first and last release date of the dataset."""
    return [source_of(wildcards)["released"][end] for end in ("from", "to")]


def poster_limits(wildcards):
    """Return what a poster must be to be used."""
    return {key: STUDY.tmdb[key] for key in ("min_side", "max_pixels", "max_bytes")}


def asks_tmdb(wildcards):
    """Return the job's share in percent of the rate at which the real service is asked; a replica has no limit."""
    return 0 if replica_files(wildcards) else 100 // STUDY.tmdb["jobs"]


def replica_files(wildcards):
    """Return the catalogue of a replica; nothing where the real service is asked."""
    source = row_of(wildcards).origin_source
    if "replica" in source:
        return [f"{source['replica']}/catalogue.jsonl"]
    return [source["catalogue"]] if "catalogue" in source else []


def slice_files(wildcards):
    """Return the crawled slices of the dataset."""
    names = slice_names(source_of(wildcards))
    return [f"results/{wildcards.dataset}/crawl/{name}.parquet" for name in names]


# leakage.smk


def leakage_of(wildcards):
    """Return how the duplicates of the job's dataset are treated."""
    return row_of(wildcards).leakage


def controls_of(wildcards):
    """Return the datasets that are scored with the heads of the job's dataset."""
    return [
        control for control, parent in CONTROLS.items() if parent == wildcards.dataset
    ]


def texts_of_all(wildcards):
    """Return the text columns by view of the job's dataset and of its controls."""
    names = [wildcards.dataset, *controls_of(wildcards)]
    return {name: DATASETS[name].text_columns for name in names}


def hash_files(wildcards):
    """Return the fingerprints of the pictures of the job's dataset."""
    return pictures_of(wildcards.dataset, "results/{dataset}/hashes/{shard}.parquet")


def group_file(wildcards):
    """Return who must stay on one side of the split; nothing where the dataset's row does not ask for it."""
    dataset = wildcards.dataset
    return [f"results/{dataset}/groups.parquet"] if dataset in GROUPED else []


def samples_of_controls(wildcards):
    """Return the samples of those datasets."""
    return [f"results/{name}/samples.parquet" for name in controls_of(wildcards)]


def hashes_of_controls(wildcards):
    """Return the fingerprints of their pictures."""
    return [
        path
        for name in controls_of(wildcards)
        for path in pictures_of(name, "results/{dataset}/hashes/{shard}.parquet")
    ]


def leakage_file(wildcards):
    """Return what was counted as leakage of the job's dataset; nothing where the study does not ask for it."""
    asked = STUDY.leakage and wildcards.dataset in TRAINED
    return [f"results/{wildcards.dataset}/leakage.json"] if asked else []


def leakage_of_parent(wildcards):
    """Return what the control shares with that training split; nothing where the study does not ask for it."""
    parent = parent_of(wildcards)
    return [f"results/{parent}/leakage.parquet"] if STUDY.leakage else []


def all_leakage(wildcards):
    """Return the counts of leakage of every dataset that heads are trained on."""
    return [f"results/{dataset}/leakage.json" for dataset in TRAINED]


def ids_of_others(wildcards):
    """Return another lab's ids of the job's dataset."""
    return row_of(wildcards).compare


def all_comparisons(wildcards):
    """Return the comparison of every dataset whose row names another lab's ids."""
    return [f"results/{name}/comparison.json" for name in COMPARED]


# embeddings.smk


def encoder_of(wildcards):
    """Return what the job's encoder needs of its row to make vectors."""
    return ENCODERS[wildcards.encoder].row


def prompts_of(wildcards):
    """Return the templates and words that the dataset's class names are put into."""
    return STUDY.prompts_of(wildcards.dataset)


def weights_of(wildcards):
    """Return the pin of the encoder's weights; nothing where they lie on this machine already."""
    if wildcards.encoder not in FROM_HUB:
        return []
    return f"results/weights/{wildcards.encoder}.json"


def all_weights():
    """Return the pins of every encoder of the study whose weights come from the hub."""
    names = STUDY.encoder_names
    return [f"results/weights/{name}.json" for name in names if name in FROM_HUB]


def images_if_any(wildcards):
    """Return all shards of the job's view if it is one of pictures, else nothing."""
    is_image = wildcards.encoder in IMAGE_ENCODERS
    return images_of_view(wildcards) if is_image else []


def images_of_range(wildcards):
    """Return the shards of the job's range: as even a part of the view's as there can be."""
    shards = images_of_view(wildcards)
    begin, end = bounds(len(shards), int(wildcards.number), int(wildcards.jobs))
    return shards[begin:end]


def ranges_of(wildcards):
    """Return what the jobs with a range of the embedding write: no more jobs than shards, for pictures."""
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
    """Return the files of one embedding, those of the dataset's extra splits included."""
    splits = ["train", "test", *extra_splits_of(wildcards)]
    pattern = "results/{dataset}/embeddings/{view}.{encoder}/"
    return [f"{pattern}{split}.parquet".format(**wildcards) for split in splits]


def all_verifications(wildcards):
    """Return the comparison of every embedding of the study with its encoder."""
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
    """Return the embeddings of every split that a cell learns from or is judged on, split by split."""
    protocol = protocol_of(wildcards)
    splits = feature_sets.cell_splits(STUDY, wildcards.dataset, protocol)
    return [path for split in splits for path in embeddings_of(split)(wildcards)]


def prompts_of_cell(wildcards):
    """Return the class texts in the space of the cell's features; none where its protocol wants none."""
    if not STUDY.protocols[protocol_of(wildcards)].prompted:
        return []
    partner = STUDY.partners[wildcards.features.split(".")[1]]
    return [f"results/{wildcards.dataset}/prompts/{partner}.parquet"]


def prompts_of_partner(wildcards):
    """Return the prompts by the text encoder that shares the image encoder's space."""
    partner = STUDY.partners[wildcards.encoder]
    return f"results/{wildcards.dataset}/prompts/{partner}.parquet"


# probes.smk


def protocol_of(wildcards):
    """Return the name of the protocol whose results the folder holds."""
    return PROTOCOLS[wildcards.folder]


def protocol_row(wildcards):
    """Return the row of that protocol."""
    return STUDY.protocols[protocol_of(wildcards)].row


def shots_of(wildcards):
    """Return the numbers of prototypes a class."""
    return list(STUDY.shots_of(wildcards.dataset))


def parent_of(wildcards):
    """Return the dataset whose heads score the job's control dataset."""
    return CONTROLS[wildcards.dataset]


def clusters_of_both(wildcards):
    """Return the cluster columns of the job's control dataset and its parent, None where there is none."""
    both = (parent_of(wildcards), wildcards.dataset)
    return {name: STUDY.datasets[name].cluster for name in both}


def compared_pairs(wildcards):
    """Return the pairs of features whose lead before and after is compared."""
    return feature_sets.compared_pairs(STUDY, wildcards.dataset)


def difference_options():
    """Return how leads before and after are estimated: the options that the study gives."""
    options = STUDY.differences or {}
    return {key: value for key, value in options.items() if key != "controls"}


def compared_features(wildcards):
    """Return the features of those pairs, each once."""
    return list(
        dict.fromkeys(name for pair in compared_pairs(wildcards) for name in pair)
    )


def heads_of_parent(wildcards):
    """Return the heads that score a control dataset."""
    return f"results/{parent_of(wildcards)}/{wildcards.folder}/{wildcards.features}/heads.safetensors"


def samples_of_parent(wildcards):
    """Return the samples that those heads were trained on."""
    return f"results/{parent_of(wildcards)}/samples.parquet"


def predictions_of_control(wildcards):
    """Return the predictions on a control dataset that are compared with those on its parent."""
    cells = [
        (wildcards.dataset, "transfer", features)
        for features in compared_features(wildcards)
    ]
    return cell_files(cells, "predictions.parquet")


def predictions_of_parent(wildcards):
    """Return the predictions of the same heads on the dataset that they were trained on."""
    cells = [
        (parent_of(wildcards), "transfer", features)
        for features in compared_features(wildcards)
    ]
    return cell_files(cells, "predictions.parquet")


def cell_files(cells, name):
    """Return one file of every (dataset, folder, features)."""
    return [
        f"results/{dataset}/{folder}/{features}/{name}"
        for dataset, folder, features in cells
    ]


def all_transfer(wildcards):
    """Return the scores of every probe that is trained."""
    return cell_files(feature_sets.transfer_cells(STUDY), "scores.json")


def all_controls(wildcards):
    """Return the scores of every probe on every control dataset."""
    return cell_files(feature_sets.control_cells(STUDY), "scores.json")


def all_fewshot(wildcards):
    """Return every few-shot curve."""
    return [
        f"results/{dataset}/fewshot/{features}.json"
        for dataset in FEWSHOT
        for features in feature_sets.fewshot_features(STUDY, dataset)
    ]


def all_zeroshot(wildcards):
    """Return the zero-shot scores of every encoder that the study names for them."""
    return [
        f"results/{dataset}/zeroshot/{features}.json"
        for dataset in FEWSHOT
        for features in feature_sets.zeroshot_features(STUDY, dataset)
    ]


def all_differences(wildcards):
    """Return how leads change, of every control that the study asks it for."""
    names = feature_sets.differing_controls(STUDY)
    return [f"results/{dataset}/differences.json" for dataset in names]


def all_chance(wildcards):
    """Return the constant answers' scores on every dataset."""
    return [f"results/{dataset}/chance.json" for dataset in [*FEWSHOT, *CONTROLS]]


# claims.smk


def samples_of_claims(wildcards):
    """Return the samples of every dataset with probes, controls included."""
    return [f"results/{name}/samples.parquet" for name in [*TRAINED, *CONTROLS]]


def predictions_of_claims(wildcards):
    """Return the predictions that claims are judged by: those of the study's first protocol, on tests and controls."""
    return cell_files(claim_grid.cells(STUDY), "predictions.parquet")


def fewshot_of_claims(wildcards):
    """Return the few-shot scores of every encoder that claims are about."""
    return [
        f"results/{dataset}/fewshot/{features}.json"
        for dataset in FEWSHOT
        for features in claim_grid.features(STUDY, dataset, "fewshot")
    ]


def claims_file(wildcards):
    """Return the verdicts on the study's claims; nothing where it has none."""
    return ["results/claims.json"] if STUDY.claims else []


# audit.smk

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
    return audit_of("ink").get("own", [])


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


# cards.smk


def texts_of_study(wildcards):
    """Return an embedding of every text view and text encoder of the study."""
    return [
        f"results/{dataset}/embeddings/{features}/test.parquet"
        for dataset in [*TRAINED, *CONTROLS]
        for features in feature_sets.text_features(STUDY, dataset)
    ]


# report.smk


def of_every_dataset(name):
    """Return one file of every dataset of the study, controls included."""
    return [f"results/{dataset}/{name}" for dataset in STUDY.dataset_names]


def texts_file(wildcards):
    """Return the counts of texts that are cut; nothing where the study embeds none."""
    return ["results/texts.json"] if texts_of_study(wildcards) else []


def cards_of_study(wildcards):
    """Return every dataset's card; without the pictures to make them (profiles/vectors) those that are there."""
    allowed = workflow.dag_settings.allowed_rules
    cards = of_every_dataset("card.json")
    return [
        path
        for path in cards
        if not allowed or "card" in allowed or Path(path).exists()
    ]


def timings_of_study(wildcards):
    """Return the time that a picture takes, of every encoder that is asked zero-shot."""
    return [f"results/timing/{name}.json" for name in STUDY.zeroshot]


def contact_sheets():
    """Return the contact sheets of all datasets with a masked view."""
    return [
        f"results/figures/masking-{dataset}.png"
        for dataset in TRAINED
        if "masked" in DATASETS[dataset].views
    ]


def predictions_of_figures(wildcards):
    """Return the predictions by the main protocol that figures choose from."""
    probed = set(feature_sets.transfer_cells(STUDY))
    chosen = [
        (dataset, "transfer", features)
        for dataset in TRAINED
        for features in report_config.of_dataset(STUDY, dataset)
    ]
    return cell_files(
        [cell for cell in chosen if cell in probed], "predictions.parquet"
    )


def masks_of_figures(wildcards):
    """Return the boxes of datasets with several masked views, which stand at the share that they cover."""
    found = []
    for dataset in TRAINED:
        views = DATASETS[dataset].masked_views
        for view in views if len(views) > 1 else []:
            folder = "masks" if view == "masked" else f"masks/{view}"
            found += per_shard(
                dataset, f"results/{{dataset}}/{folder}/{{shard}}.parquet"
            )
    return found


def features_of_gallery(wildcards):
    """Return {features: display name} of every encoder alone on the dataset, masked pictures left out."""
    return report_config.named(STUDY, wildcards.dataset)


def embeddings_of_gallery(split):
    """Return the input function for the vectors of those features, in their order."""
    return lambda wildcards: [
        f"results/{wildcards.dataset}/embeddings/{name}/{split}.parquet"
        for name in features_of_gallery(wildcards)
    ]


def predictions_of_gallery(wildcards):
    """Return the predictions of those features by the main protocol, of those that it probes."""
    probed = set(feature_sets.transfer_cells(STUDY))
    chosen = [
        (wildcards.dataset, "transfer", name) for name in features_of_gallery(wildcards)
    ]
    return cell_files(
        [cell for cell in chosen if cell in probed], "predictions.parquet"
    )


def in_gallery(name):
    """Return one picture of a gallery with its place in the engine's report."""
    return report(
        f"results/galleries/{{dataset}}/{name}.png",
        category="Embeddings, neighbours and errors",
        caption="../report/gallery.rst",
        labels={"result": f"{{dataset}}: {name}", "kind": "Pictures", "format": "PNG"},
    )


def files_of_sections(wildcards):
    """Return the files of the page's optional sections: what the study asks for, and what was made before."""
    return section_files(STUDY, lambda path: Path(path).exists())


def parts_of_page(wildcards):
    """Return the templates of the page's sections and its style sheet."""
    folder = ROOT / "workflow" / "report"
    names = ["page.css", *sorted(path.name for path in folder.glob("page_*.html.j2"))]
    return [shipped(f"workflow/report/{name}") for name in names]


def captioned(paths, outputs):
    """Return the files of tables or figures, in Snakemake's report with the page's words, and then their captions."""
    by_name, found = {one.name: one for one in outputs}, []
    for path in paths:
        about = report_entry(by_name[Path(path).stem], path)
        found.append(report(path, **about))
    folder = Path(paths[0]).parent if paths else None
    return [*found, *(str(caption_file(one, folder)) for one in outputs)]


def final_outputs():
    """Return what a person reads: tables, figures, the page, and the PDF where a TeX engine is installed."""
    if not tex_program() and workflow.is_main_process:
        logger.warning(
            "results/paper.pdf is left out: no TeX engine on PATH; install TeX Live or Tectonic to have it"
        )
    paper = ["results/paper.pdf"] if tex_program() else []
    audited = audit_files(STUDY) if STUDY.audited else []
    drawn = [*table_files(STUDY), *figure_files(STUDY), *audited]
    return [*drawn, "results/report.html", *paper]
