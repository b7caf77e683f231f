from collections import Counter

from humancentric.study import feature_sets
from studies import study_of

PAPER = ("mvsa", "book-covers", "plotster")
OBJECTS = ("cifar10", "cifar100", "cub-200-2011", "fashion-mnist", "mnist", "svhn")


def test_the_paper_has_90_transfer_and_15_fewshot_cells_over_27_embeddings(paper_config):
    trained = list(feature_sets.transfer_cells(study_of(paper_config)))
    cells = Counter(dataset for dataset, _, _ in trained)
    assert {name: cells.pop(name) for name in PAPER} == {"mvsa": 15, "book-covers": 27, "plotster": 48}
    assert cells == {
        "plotster-mangolin-inside": 48,
        **dict.fromkeys(OBJECTS, 3),
    }  # what the paper does not print
    assert {folder for _, folder, _ in trained} == {"transfer"}
    assert sum(len(feature_sets.fewshot_features(study_of(paper_config), name)) for name in PAPER) == 15
    parts = {(dataset, part) for dataset, _, name in trained for part in name.split("+") if dataset in PAPER}
    assert len(parts) == 27


def test_sets_scored_few_shot_only_have_no_probe_and_no_text(paper_config):
    names, study = OBJECTS, paper_config["study"]
    study |= {"datasets": [*PAPER], "fewshot_only": [*names]}
    assert not any(paper_config["datasets"][name]["human_centric"] for name in names)
    assert not set(names) & {dataset for dataset, _, _ in feature_sets.transfer_cells(study_of(paper_config))}
    assert feature_sets.fewshot_features(study_of(paper_config), "mnist") == [
        "standard.rn50",
        "standard.bit-m",
        "standard.clip",
    ]
    assert study_of(paper_config).fewshot_datasets == ["mvsa", "book-covers", "plotster", *names]
    controls = ["plotster-recent", "plotster-mangolin"]
    assert study_of(paper_config).dataset_names == ["mvsa", "book-covers", "plotster", *controls, *names]


def test_controls_belong_to_their_parent(paper_config):
    assert study_of(paper_config).controls == {
        "plotster-recent": "plotster",
        "plotster-mangolin": "plotster",
    }
    assert len(list(feature_sets.control_cells(study_of(paper_config)))) == 2 * 48
    assert "plotster-recent" in study_of(paper_config).dataset_names


def test_a_control_without_a_view_is_scored_without_it(paper_config):
    del paper_config["datasets"]["plotster-recent"]["views"]["plot"]
    features = [
        cell[2] for cell in feature_sets.control_cells(study_of(paper_config)) if cell[0] == "plotster-recent"
    ]
    assert len(features) == 6 + 3 + 18
    assert not any("plot." in name for name in features)


def test_further_protocols_have_folders_of_their_own(config):
    config["study"]["protocols"] = ["linear", "paper"]
    assert study_of(config).transfer_folders == {"transfer": "linear", "transfer.paper": "paper"}


def test_chance_is_scored_alone(config):
    probed = feature_sets.transfer_features(study_of(config), "demo-tweets")
    assert "standard.random" in probed
    assert not any("random" in name for name in probed if "+" in name)


def test_shots_fall_back_to_the_default(config):
    assert study_of(config).shots_of("demo-tweets") == (20, 50, 100)
    assert study_of(config).shots_of("demo-covers") == (1, 2, 5, 10)


def test_only_generated_data_makes_a_demo(config, paper_config):
    assert all(study_of(config).datasets[name].generated for name in study_of(config).dataset_names)
    assert not any(
        study_of(paper_config).datasets[name].generated for name in study_of(paper_config).dataset_names
    )


def test_zero_shot_is_asked_of_pictures_as_they_are(config):
    config["study"]["zeroshot"] = []
    assert feature_sets.zeroshot_features(study_of(config), "demo-movies") == []
    config["study"]["zeroshot"] = ["clip-demo", "random"]
    assert feature_sets.zeroshot_features(study_of(config), "demo-movies") == [
        "standard.clip-demo",
        "standard.random",
    ]
    known = {"clip": "clip-t", "clip-demo": "clip-demo-t", "random": "random-t"}
    assert known.items() <= study_of(config).partners.items()


def test_retrieval_is_asked_of_pairs_of_views(config):
    assert feature_sets.retrieval_features(study_of(config), "demo-movies") == []
    config["study"]["retrieval"] = {"demo-movies": ["standard+plot"]}
    study = study_of(config)
    names = feature_sets.retrieval_features(study, "demo-movies")
    assert names == [f"standard.{a}+plot.{b}" for a in study.image_encoders for b in study.text_encoders]
    shared = [name for name in names if feature_sets.shares_space(study, name)]
    assert shared == ["standard.clip-demo+plot.clip-demo-t"]
    assert "retrieval-pairs" in study.claims
    assert feature_sets.retrieval_features(study, "demo-covers") == []


def test_what_an_encoder_is_called_beside_changes_no_vector(config):
    row = study_of(config).encoders["clip-demo"].row
    assert not {"text", "multimodal"} & set(row)
    config["encoders"]["clip-demo"]["text"] = "other"
    assert study_of(config).encoders["clip-demo"].row == row


def test_encoders_of_a_study_are_named_once(config):
    config["study"] |= {"image_encoders": ["clip"], "text_encoders": ["clip-t"], "chance": ["random"]}
    config["study"]["zeroshot"] = ["clip", "siglip2"]
    assert study_of(config).encoder_names == ["clip", "clip-t", "random", "siglip2", "siglip2-t"]


def test_protocols_with_prompts_probe_pictures_that_share_a_space_with_texts(config):
    config["study"]["protocols"] = ["fair", "tip"]
    by_folder = {"transfer": [], "transfer.tip": []}
    for dataset, folder, name in feature_sets.transfer_cells(study_of(config)):
        if dataset == "demo-movies":
            by_folder[folder].append(name)
    assert set(by_folder["transfer.tip"]) == {"standard.clip-demo", "masked.clip-demo", "standard.random"}
    assert by_folder["transfer"] == feature_sets.transfer_features(study_of(config), "demo-movies")
    controls = list(feature_sets.control_cells(study_of(config)))
    assert ("demo-movies-recent", "transfer.tip", "standard.clip-demo") in controls
    assert not any("plot" in name for _, folder, name in controls if folder == "transfer.tip")


def test_a_probe_reads_validation_only_where_it_selects_on_it(config):
    config["datasets"]["demo-covers"]["splits"] = ["validation", "later"]
    assert feature_sets.cell_splits(study_of(config), "demo-covers", "paper") == ["train", "test", "later"]
    assert feature_sets.cell_splits(study_of(config), "demo-covers", "fair") == [
        "train",
        "test",
        "validation",
        "later",
    ]
    assert feature_sets.cell_splits(study_of(config), "demo-movies", "fair") == ["train", "test"]


def test_every_embedding_of_a_dataset_is_named_once(config):
    parts = feature_sets.embedded_parts(study_of(config), "demo-movies")
    # Views by encoders, and chance on whole pictures.
    assert len(parts) == len(set(parts)) == 2 * 2 + 1 * 2 + 1
    assert set(feature_sets.embedded_parts(study_of(config), "demo-movies-recent")) <= set(parts)


def test_encoders_that_know_language_are_compared_with_the_others_of_their_view(config, paper_config):
    del config["study"]["differences"]
    assert feature_sets.differing_controls(study_of(config)) == []
    config["study"]["differences"] = {}
    assert feature_sets.differing_controls(study_of(config)) == ["demo-movies-recent"]
    assert feature_sets.compared_pairs(study_of(config), "demo-movies-recent") == [
        ("standard.clip-demo", "standard.efficientnet-lite0"),
        ("plot.clip-demo-t", "plot.minilm"),
    ]
    pairs = feature_sets.compared_pairs(study_of(paper_config), "plotster-recent")
    assert len(pairs) == 4 * 2
    assert {pair[0].split(".")[1] for pair in pairs} == {"clip", "clip-t"}
    assert feature_sets.differing_controls(study_of(paper_config)) == [
        "plotster-recent"
    ]  # the other is no later than its parent
    assert study_of(paper_config).differences == {
        "months": 1,
        "window": 24,
        "controls": ["plotster-recent"],
    }
    for row in config["encoders"].values():
        row.pop("multimodal", None)
    assert feature_sets.differing_controls(study_of(config)) == []
