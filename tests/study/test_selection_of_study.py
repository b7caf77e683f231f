from collections import Counter

from humancentric.study import catalogue, feature_sets, probe_grid, provenance, selection


def test_the_paper_has_90_transfer_and_15_fewshot_cells_over_27_embeddings(paper_config):
    trained = list(probe_grid.transfer_cells(paper_config))
    assert Counter(dataset for dataset, _, _ in trained) == {"mvsa": 15, "book-covers": 27, "plotster": 48}
    assert {folder for _, folder, _ in trained} == {"transfer"}
    chosen = paper_config["study"]["datasets"]
    assert sum(len(feature_sets.fewshot_features(paper_config, name)) for name in chosen) == 15
    assert len({(dataset, part) for dataset, _, name in trained for part in name.split("+")}) == 27


def test_sets_scored_few_shot_only_have_no_probe_and_no_text(paper_config):
    names = selection.fewshot_only(paper_config)
    assert len(names) == 6
    assert not any(paper_config["datasets"][name]["human_centric"] for name in names)
    assert not set(names) & {dataset for dataset, _, _ in probe_grid.transfer_cells(paper_config)}
    assert feature_sets.fewshot_features(paper_config, "mnist") == [
        "standard.rn50",
        "standard.bit-m",
        "standard.clip",
    ]
    assert selection.fewshot_datasets(paper_config) == ["mvsa", "book-covers", "plotster", *names]
    controls = ["plotster-recent", "plotster-mangolin"]
    assert selection.datasets(paper_config) == ["mvsa", "book-covers", "plotster", *controls, *names]


def test_controls_belong_to_their_parent(paper_config):
    assert selection.controls(paper_config) == {
        "plotster-recent": "plotster",
        "plotster-mangolin": "plotster",
    }
    assert len(list(probe_grid.control_cells(paper_config))) == 2 * 48
    assert "plotster-recent" in selection.datasets(paper_config)


def test_a_control_without_a_view_is_scored_without_it(paper_config):
    del paper_config["datasets"]["plotster-recent"]["views"]["plot"]
    features = [cell[2] for cell in probe_grid.control_cells(paper_config) if cell[0] == "plotster-recent"]
    assert len(features) == 6 + 3 + 18
    assert not any("plot." in name for name in features)


def test_further_protocols_have_folders_of_their_own(config):
    config["study"]["protocols"] = ["linear", "paper"]
    assert selection.transfer_folders(config) == {"transfer": "linear", "transfer.paper": "paper"}


def test_chance_is_scored_alone(config):
    probed = feature_sets.transfer_features(config, "demo-tweets")
    assert "standard.random" in probed
    assert not any("random" in name for name in probed if "+" in name)


def test_shots_fall_back_to_the_default(config):
    assert selection.shots(config, "demo-tweets") == [20, 50, 100]
    assert selection.shots(config, "demo-covers") == [1, 2, 5, 10]


def test_only_generated_data_makes_a_demo(config, paper_config):
    assert all(provenance.generated(config, name) for name in selection.datasets(config))
    assert not any(provenance.generated(paper_config, name) for name in selection.datasets(paper_config))


def test_zero_shot_is_asked_of_pictures_as_they_are(config):
    config["study"]["zeroshot"] = []
    assert feature_sets.zeroshot_features(config, "demo-movies") == []
    config["study"]["zeroshot"] = ["clip-demo", "random"]
    assert feature_sets.zeroshot_features(config, "demo-movies") == ["standard.clip-demo", "standard.random"]
    known = {"clip": "clip-t", "clip-demo": "clip-demo-t", "random": "random-t"}
    assert known.items() <= catalogue.partners(config).items()


def test_what_an_encoder_is_called_beside_changes_no_vector(config):
    row = catalogue.encoder_row(config, "clip-demo")
    assert not {"text", "multimodal"} & set(row)
    config["encoders"]["clip-demo"]["text"] = "other"
    assert catalogue.encoder_row(config, "clip-demo") == row


def test_encoders_of_a_study_are_named_once(config):
    config["study"] |= {"image_encoders": ["clip"], "text_encoders": ["clip-t"], "chance": ["random"]}
    config["study"]["zeroshot"] = ["clip", "siglip2"]
    assert selection.encoders(config) == ["clip", "clip-t", "random", "siglip2", "siglip2-t"]


def test_protocols_with_prompts_probe_pictures_that_share_a_space_with_texts(config):
    config["study"]["protocols"] = ["fair", "tip"]
    by_folder = {"transfer": [], "transfer.tip": []}
    for dataset, folder, name in probe_grid.transfer_cells(config):
        if dataset == "demo-movies":
            by_folder[folder].append(name)
    assert set(by_folder["transfer.tip"]) == {"standard.clip-demo", "masked.clip-demo", "standard.random"}
    assert by_folder["transfer"] == feature_sets.transfer_features(config, "demo-movies")
    controls = list(probe_grid.control_cells(config))
    assert ("demo-movies-recent", "transfer.tip", "standard.clip-demo") in controls
    assert not any("plot" in name for _, folder, name in controls if folder == "transfer.tip")


def test_a_probe_reads_validation_only_where_it_selects_on_it(config):
    config["datasets"]["demo-covers"]["splits"] = ["validation", "later"]
    assert probe_grid.cell_splits(config, "demo-covers", "paper") == ["train", "test", "later"]
    assert probe_grid.cell_splits(config, "demo-covers", "fair") == ["train", "test", "validation", "later"]
    assert probe_grid.cell_splits(config, "demo-movies", "fair") == ["train", "test"]


def test_every_embedding_of_a_dataset_is_named_once(config):
    parts = feature_sets.parts(config, "demo-movies")
    assert (
        len(parts) == len(set(parts)) == 2 * 2 + 2 * 2 + 1
    )  # views by encoders, and chance on whole pictures
    assert set(feature_sets.parts(config, "demo-movies-recent")) <= set(parts)


def test_encoders_that_know_language_are_compared_with_the_others_of_their_view(config, paper_config):
    del config["study"]["differences"]
    assert probe_grid.differing_controls(config) == []
    config["study"]["differences"] = {}
    assert probe_grid.differing_controls(config) == ["demo-movies-recent"]
    assert probe_grid.compared(config, "demo-movies-recent") == [
        ("standard.clip-demo", "standard.efficientnet-lite0"),
        ("plot.clip-demo-t", "plot.minilm"),
    ]
    pairs = probe_grid.compared(paper_config, "plotster-recent")
    assert len(pairs) == 4 * 2
    assert {pair[0].split(".")[1] for pair in pairs} == {"clip", "clip-t"}
    assert probe_grid.differing_controls(paper_config) == [
        "plotster-recent"
    ]  # the other is no later than its parent
    assert selection.differences(paper_config) == {"months": 1, "window": 24}
    for row in config["encoders"].values():
        row.pop("multimodal", None)
    assert probe_grid.differing_controls(config) == []
