"""Compute exactly which jobs follow from a change to the default study."""

from humancentric.report import sections
from humancentric.study import feature_sets, reading_grid
from humancentric.study.study import Study

Jobs = dict[str, int]

# The jobs that report on the results of any cell; display names do not affect the claims.
REPORTING: Jobs = {"claims": 1, "tables": 1, "figures": 1, "report": 1, "paper_pdf": 1}
WITHOUT_CLAIMS: Jobs = {name: number for name, number in REPORTING.items() if name != "claims"}


def galleries(study: Study, *datasets: str) -> Jobs:
    """Return the galleries of the study, or only those of `datasets`."""
    requested = sections.requested_galleries(study)
    return {"gallery": sum(not datasets or name in datasets for name in requested)}


def named(study: Study) -> Jobs:
    """Return the jobs that read display names."""
    return {**galleries(study), **WITHOUT_CLAIMS}


def of_a_clone(study: Study) -> Jobs:
    """Return the jobs whose source files a clone makes newer: the paper's numbers and the templates."""
    return {"card": len(study.dataset_names), **REPORTING}


def of_resamples(study: Study) -> Jobs:
    """Return the jobs that write bootstrap intervals over test items, and the jobs that read them."""
    zeroshot = sum(len(feature_sets.zeroshot_features(study, name)) for name in study.fewshot_datasets)
    return {"zeroshot": zeroshot, "scores": 1, **REPORTING}


def of_removed_encoder(study: Study) -> Jobs:
    """Return the jobs that summarise the remaining cells."""
    return {
        "differences": len(feature_sets.differing_controls(study)),
        "scores": 1,
        **galleries(study),
        **REPORTING,
    }


def of_all_heads(study: Study) -> Jobs:
    """Return all jobs that train or apply probes, and the jobs that read their results."""
    return {
        "transfer": len(list(feature_sets.transfer_cells(study))),
        "control": len(list(feature_sets.control_cells(study))),
        "differences": len(feature_sets.differing_controls(study)),
        "scores": 1,
        **galleries(study),
        **REPORTING,
    }


def of_contamination(study: Study) -> Jobs:
    """Return the searches for near-duplicates and contamination, and the jobs that report them."""
    names = feature_sets.contaminable(study)
    searched = [*names, *(control for name in names for control in feature_sets.dated_controls(study, name))]
    return {
        "hash_images": sum(study.datasets[name].shards for name in searched),
        "find_leakage": len(names),
        "find_embedding_twins": len(names),
        "contamination": len(names),
        **WITHOUT_CLAIMS,
    }


def of_reading(study: Study) -> Jobs:
    """Return the extra views of the reading analysis, their embeddings and probes, and the jobs that report them."""
    names, (images, texts) = reading_grid.datasets(study), (study.image_encoders, study.text_encoders)
    shards = sum(study.datasets[name].shards for name in names)
    image_features = len(reading_grid.image_views(study)) * len(images) * len(names)
    return {
        "reading_views": shards,
        "read_text": shards,
        "join_text": len(names),
        "embed_images": image_features,
        "embed_texts": len(texts) * len(names),
        "transfer": image_features + len(texts) * len(names),
        "reading": 1,
        **WITHOUT_CLAIMS,
    }


def of_fewshot(study: Study) -> Jobs:
    """Return the few-shot cells, the chance baselines with the same draws, and the jobs that read them."""
    names = study.fewshot_datasets
    return {
        "fewshot": sum(len(feature_sets.fewshot_features(study, name)) for name in names),
        "chance": len(names),
        "chance_of_control": len(study.controls),
        "scores": 1,
        **REPORTING,
    }


def of_probes(study: Study) -> Jobs:
    """Return all jobs that score embeddings, and the jobs that read their results."""
    names = study.fewshot_datasets
    zeroshot = sum(len(feature_sets.zeroshot_features(study, name)) for name in names)
    return {**of_all_heads(study), **of_fewshot(study), "zeroshot": zeroshot}


def of_encoder(study: Study, encoder: str) -> Jobs:
    """Return the embeddings of one image encoder, their cells, and the jobs that read them."""

    def uses(features: str) -> bool:
        return any(part.split(".")[1] == encoder for part in features.split("+"))

    parts = [part for name in study.dataset_names for part in feature_sets.embedded_parts(study, name)]
    curves = [
        features for name in study.fewshot_datasets for features in feature_sets.fewshot_features(study, name)
    ]
    return {
        "embed_images": sum(uses(part) for part in parts),
        "transfer": sum(uses(features) for _, _, features in feature_sets.transfer_cells(study)),
        "control": sum(uses(features) for _, _, features in feature_sets.control_cells(study)),
        "differences": len(feature_sets.differing_controls(study)),
        "fewshot": sum(uses(features) for features in curves),
        "scores": 1,
        **galleries(study),
        **REPORTING,
    }


def of_masks(study: Study) -> Jobs:
    """Return the jobs that follow from new masks; standard views are not embedded or probed again."""
    masked = [name for name in study.dataset_names if "masked" in study.datasets[name].views_of("image")]
    curves = [features for name in masked for features in feature_sets.fewshot_features(study, name)]
    return {
        "mask_images": sum(study.datasets[name].shards for name in masked),
        "contact_sheet": len(masked),
        "embed_images": len(masked) * len(study.image_encoders),
        "transfer": sum("masked." in features for _, _, features in feature_sets.transfer_cells(study)),
        "fewshot": sum("masked." in features for features in curves),
        "scores": 1,
        **REPORTING,
    }


def of_pictures(study: Study, name: str) -> Jobs:
    """Return all jobs of a dataset without a control, from reading its images on."""
    parts = feature_sets.embedded_parts(study, name)
    texts = [part for part in parts if study.encoders[part.split(".")[1]].modality == "text"]
    zeroshot = len(feature_sets.zeroshot_features(study, name))
    return {
        "read_images": study.datasets[name].shards,
        "samples": 1,
        "card": 1,
        "chance": 1,
        "embed_images": len(parts) - len(texts),
        "embed_texts": len(texts),
        "embed_prompts": zeroshot,
        "zeroshot": zeroshot,
        "transfer": sum(dataset == name for dataset, _, _ in feature_sets.transfer_cells(study)),
        "fewshot": len(feature_sets.fewshot_features(study, name)),
        "text_lengths": 1,
        "scores": 1,
        **galleries(study, name),
        **REPORTING,
    }


def of_one_year(study: Study, control: str) -> Jobs:
    """Return the jobs for a longer last slice of a crawled control; no head is trained."""
    parts = feature_sets.embedded_parts(study, control)
    texts = [part for part in parts if study.encoders[part.split(".")[1]].modality == "text"]
    return {
        "crawl_slice": 1,
        "merge_listing": 1,
        "fetch_posters": study.datasets[control].shards,
        "samples": 1,
        "card": 1,
        "chance_of_control": 1,
        "embed_images": len(parts) - len(texts),
        "embed_texts": len(texts),
        "control": len(list(feature_sets.control_cells(study))),
        "differences": 1,
        "text_lengths": 1,
        "scores": 1,
        **REPORTING,
    }
