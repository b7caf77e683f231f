"""The jobs that follow from a change of the default study, counted from its config: these and no others."""

from humancentric.report import sections
from humancentric.study import feature_sets
from studies import study_of

Jobs = dict[str, int]

# What is drawn from the cells, whatever they are; a display name draws the same but no claim.
DRAWN: Jobs = {"claims": 1, "tables": 1, "figures": 1, "report": 1, "paper_pdf": 1}
NAMED: Jobs = {name: number for name, number in DRAWN.items() if name != "claims"}


def shown(config: dict, *datasets: str) -> Jobs:
    """Return the galleries of the study, or those of some datasets."""
    asked = sections.requested_galleries(config)
    return {"gallery": sum(not datasets or name in datasets for name in asked)}


def nothing(config: dict) -> Jobs:
    """Return no job."""
    return {}


def named(config: dict) -> Jobs:
    """Return what reads display names."""
    return {**shown(config), **NAMED}


def of_a_clone(config: dict) -> Jobs:
    """Return what reads a source that a clone makes new: the paper's numbers, and templates."""
    return {"card": len(study_of(config).dataset_names), **DRAWN}


def of_fewer(config: dict) -> Jobs:
    """Return what sums up the cells that are left."""
    return {
        "differences": len(feature_sets.differing_controls(study_of(config))),
        "scores": 1,
        **shown(config),
        **DRAWN,
    }


def of_all_heads(config: dict) -> Jobs:
    """Return every probe, and what is made from them."""
    return {
        "transfer": len(list(feature_sets.transfer_cells(study_of(config)))),
        "control": len(list(feature_sets.control_cells(study_of(config)))),
        "differences": len(feature_sets.differing_controls(study_of(config))),
        "scores": 1,
        **shown(config),
        **DRAWN,
    }


def of_fewshot(config: dict) -> Jobs:
    """Return every few-shot cell, the chance that is drawn alike, and what is made from them."""
    names = study_of(config).fewshot_datasets
    return {
        "fewshot": sum(len(feature_sets.fewshot_features(study_of(config), name)) for name in names),
        "chance": len(names),
        "chance_of_control": len(study_of(config).controls),
        "scores": 1,
        **DRAWN,
    }


def of_probes(config: dict) -> Jobs:
    """Return everything that scores vectors, and what is made from it."""
    names = study_of(config).fewshot_datasets
    zeroshot = sum(len(feature_sets.zeroshot_features(study_of(config), name)) for name in names)
    return {**of_all_heads(config), **of_fewshot(config), "zeroshot": zeroshot}


def of_encoder(config: dict, encoder: str) -> Jobs:
    """Return the embeddings of one image encoder, their cells, and what is made from them."""

    def uses(features: str) -> bool:
        return any(part.split(".")[1] == encoder for part in features.split("+"))

    parts = [
        part
        for name in study_of(config).dataset_names
        for part in feature_sets.embedded_parts(study_of(config), name)
    ]
    curves = [
        features
        for name in study_of(config).fewshot_datasets
        for features in feature_sets.fewshot_features(study_of(config), name)
    ]
    return {
        "embed_images": sum(uses(part) for part in parts),
        "transfer": sum(uses(features) for _, _, features in feature_sets.transfer_cells(study_of(config))),
        "control": sum(uses(features) for _, _, features in feature_sets.control_cells(study_of(config))),
        "differences": len(feature_sets.differing_controls(study_of(config))),
        "fewshot": sum(uses(features) for features in curves),
        "scores": 1,
        **shown(config),
        **DRAWN,
    }


def of_masks(config: dict) -> Jobs:
    """Return what follows from other masks: no standard view is embedded or probed again."""
    masked = [
        name
        for name in study_of(config).dataset_names
        if "masked" in study_of(config).datasets[name].views_of("image")
    ]
    curves = [
        features for name in masked for features in feature_sets.fewshot_features(study_of(config), name)
    ]
    return {
        "mask_images": sum(config["datasets"][name]["shards"] for name in masked),
        "contact_sheet": len(masked),
        "embed_images": len(masked) * len(config["study"]["image_encoders"]),
        "transfer": sum(
            "masked." in features for _, _, features in feature_sets.transfer_cells(study_of(config))
        ),
        "fewshot": sum("masked." in features for features in curves),
        "scores": 1,
        **DRAWN,
    }


def of_pictures(config: dict, name: str) -> Jobs:
    """Return everything that a dataset without a control needs from its pictures on."""
    parts = feature_sets.embedded_parts(study_of(config), name)
    texts = [part for part in parts if config["encoders"][part.split(".")[1]]["modality"] == "text"]
    zeroshot = len(feature_sets.zeroshot_features(study_of(config), name))
    return {
        "read_images": config["datasets"][name]["shards"],
        "samples": 1,
        "card": 1,
        "chance": 1,
        "embed_images": len(parts) - len(texts),
        "embed_texts": len(texts),
        "embed_prompts": zeroshot,
        "zeroshot": zeroshot,
        "transfer": sum(dataset == name for dataset, _, _ in feature_sets.transfer_cells(study_of(config))),
        "fewshot": len(feature_sets.fewshot_features(study_of(config), name)),
        "text_lengths": 1,
        "scores": 1,
        **shown(config, name),
        **DRAWN,
    }


def of_one_year(config: dict, control: str) -> Jobs:
    """Return what a longer last slice of a crawled control needs: no head is trained."""
    parts = feature_sets.embedded_parts(study_of(config), control)
    texts = [part for part in parts if config["encoders"][part.split(".")[1]]["modality"] == "text"]
    return {
        "crawl_slice": 1,
        "merge_listing": 1,
        "fetch_posters": config["datasets"][control]["shards"],
        "samples": 1,
        "card": 1,
        "chance_of_control": 1,
        "embed_images": len(parts) - len(texts),
        "embed_texts": len(texts),
        "control": len(list(feature_sets.control_cells(study_of(config)))),
        "differences": 1,
        "text_lengths": 1,
        "scores": 1,
        **DRAWN,
    }
