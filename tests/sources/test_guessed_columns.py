"""What the columns of a table are guessed to hold."""

import json
import string

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from humancentric.core.errors import UserError
from humancentric.sources import guessed_columns, new_study, new_study_config
from humancentric.sources.cells import cell
from humancentric.study import defaults, validation
from own_data import png, text, write
from project import ROOT

ANIMALS = ["cat", "dog", "owl"]


def guess(**columns):
    frame = pl.DataFrame({cell(name): values for name, values in columns.items()})
    return guessed_columns.guess(frame, list(columns))


def sentences(number: int) -> list[str]:
    return [f"a sentence with the number {n} in it" for n in range(number)]


@pytest.mark.parametrize(
    ("values", "separator"),
    [
        (["War|Drama", "Drama", "War", "Comedy|War"], "|"),
        (["War, Drama", "Drama", "War", "Comedy, War", "Comedy", "Drama, Comedy"], ","),
        (["Crafts, Hobbies & Home", "Health, Fitness & Dieting", "Travel", "Law"], None),
        (["calm", "wild"], None),
        (["['War', 'Drama']", "['War']", "['Drama', 'War']"], None),
    ],
)
def test_separators(values, separator):
    roles = guess(id=list(range(4 * len(values))), genre=values * 4)
    assert (roles.labels, roles.separator) == ("genre", separator)


def test_roles_of_usual_names():
    roles = guess(
        tconst=[f"tt{n}" for n in range(12)],
        poster=[f"p/{n}.JPG" for n in range(12)],
        genre=ANIMALS * 4,
        director=["Ann Lee", "Bo Day"] * 6,
        year=[str(1990 + n % 5) for n in range(12)],
        plot=sentences(12),
        subset=["train"] * 8 + ["val", "val", "test", "test"],
    )
    assert roles == guessed_columns.Roles(
        id="tconst", labels="genre", split="subset", image="poster", texts=["plot"]
    )


def test_numbers_are_ratings_where_nothing_is_a_label():
    votes = [f"{1 + n / 10:.1f}" for n in range(12)]
    given = {"id": list(range(12)), "title": sentences(12), "year": list(range(1990, 2002))}
    given |= {"vote_count": list(range(20, 32)), "vote_average": votes}
    roles = guess(**given)
    assert (roles.labels, roles.ratings, roles.texts) == (None, "vote_average", ["title"])
    assert guess(**given, genre=ANIMALS * 4).ratings is None
    del given["vote_average"]
    assert guess(**given).ratings is None


def test_without_telling_names():
    roles = guess(a=ANIMALS * 4, b=sentences(12), c=[f"x{n}" for n in range(12)])
    assert (roles.labels, roles.texts, roles.id) == ("a", ["b"], "c")


def test_columns_of_zeros_and_ones():
    flags = {f"is_{name}": [int(n % 3 == k) for n in range(12)] for k, name in enumerate(ANIMALS)}
    assert guess(sku=list(range(12)), **flags).labels == {"prefix": "is_"}
    bare = {name: values for name, values in zip(ANIMALS, flags.values(), strict=True)}
    assert guess(sku=list(range(12)), **bare).labels == ANIMALS


def test_a_split_column_needs_train_and_test():
    names = ["train"] * 6 + ["validation"] * 6
    assert guess(id=list(range(12)), label=ANIMALS * 4, split=names).split is None


def test_no_column_repeats():
    assert guess(id=list(range(12)), title=sentences(12)).labels is None


names = st.text(string.ascii_letters + "_ é日", min_size=1, max_size=12)
cells = st.one_of(st.none(), st.text(max_size=12), st.integers(-9, 9).map(str), st.sampled_from(ANIMALS))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_table_has_a_guess_of_its_own_columns(data):
    """No table makes the guess fail, and every column has at most one role, but ids may be texts or paths as well."""
    rows = data.draw(st.integers(1, 12))
    columns = data.draw(
        st.dictionaries(names, st.lists(cells, min_size=rows, max_size=rows), min_size=1, max_size=5)
    )
    frame = pl.DataFrame({cell(name): pl.Series(values, dtype=pl.String) for name, values in columns.items()})
    frame.columns = [cell(name) for name in columns]
    roles = guessed_columns.guess(frame, list(columns))
    labels = [roles.labels] if isinstance(roles.labels, str) else roles.labels
    labels = (
        [name for name in columns if name.startswith(labels["prefix"])]
        if isinstance(labels, dict)
        else labels
    )
    used = [*(labels or []), *roles.texts, *filter(None, (roles.split, roles.image, roles.url))]
    assert set(used) <= set(columns)
    assert len(used) == len(set(used))
    assert roles.id is None or roles.id not in {*(labels or []), roles.split, roles.url}


@settings(max_examples=10, deadline=None)
@given(
    order=st.permutations(["key", "label", "words"]),
    classes=st.lists(st.sampled_from(["a|b", "b", "c", "a|c"]), min_size=12, max_size=40).filter(
        lambda found: len(set(found)) > 2 and any("|" in name for name in found)
    ),
)
def test_neither_order_nor_format_changes_the_guess(tmp_path_factory, order, classes):
    folder = tmp_path_factory.mktemp("tables")
    rows = [
        {
            name: {"key": f"k{n}", "label": label, "words": f"these are four words, {n}"}[name]
            for name in order
        }
        for n, label in enumerate(classes)
    ]
    for ending in ("csv", "tsv", "jsonl", "parquet"):
        row, counts, _ = new_study.dataset_row(write(folder / f"t.{ending}", rows), None)
        assert row["task"] == "multi-label"
        assert {key: row["source"][key] for key in ("id", "labels", "separator")} == {
            "id": "key",
            "labels": "label",
            "separator": "|",
        }
        assert (counts.rows, counts.ids, counts.problems) == (len(rows), len(rows), 0)
        assert counts.labels.total() == sum(len(label.split("|")) for label in classes)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "1.jpg,cat,a word\n2.jpg,dog,two words\n",
            "the first line holds '1.jpg'; add a line with the names",
        ),
        ("id,title\n1,a b c d\n2,e f g h\n", "no column looks like labels"),
        (
            "label,text\ncat,a b\ncat,a b\ndog,a b\ndog,a b\n",
            "no column tells the rows apart; add a column of ids",
        ),
        ("id,label\n1,cat\n2,cat\n3,dog\n4,dog\n", "has neither pictures nor texts"),
    ],
)
def test_tables_without_a_guess(tmp_path, content, message):
    with pytest.raises(UserError, match=message):
        new_study.dataset_row(text(tmp_path / "t.csv", content), None)


def test_encodings_and_delimiters(tmp_path):
    lines = ["id;label;caption", *(f"{n};{ANIMALS[n % 3]};ein Café, Nummer {n}" for n in range(12))]
    for encoding, found in {"utf-8": None, "cp1252": ["utf-8", "cp1252"], "utf-16": "utf-16"}.items():
        path = text(tmp_path / f"{encoding}.csv", "\n".join(lines).encode(encoding))
        row, counts, _ = new_study.dataset_row(path, None)
        assert row["source"].get("encoding") == found
        assert row["source"]["delimiter"] == ";"
        assert counts.problems == 0


def test_pictures_elsewhere_are_named(tmp_path):
    (tmp_path / "covers").mkdir()
    (tmp_path / "covers/1.png").write_bytes(png())
    rows = [{"key": n, "label": ANIMALS[n % 3]} for n in range(12)]
    with pytest.raises(UserError, match=r"no column of .* names the files there; add a column .* '1\.png'"):
        new_study.dataset_row(write(tmp_path / "t.jsonl", rows), str(tmp_path / "covers"))


def test_a_study_that_will_stop_is_told_so(tmp_path):
    rows = [
        {
            "id": n,
            "label": "cat" if n < 9 else "dog",
            "text": f"some words {n}",
            "split": "train" if n < 9 else "test",
        }
        for n in range(12)
    ]
    _, _, notes = new_study.dataset_row(write(tmp_path / "t.jsonl", rows), None)
    assert "the study will stop with" in notes[0]
    assert "class 'dog' (3 rows) is in split test only" in notes[0]


def test_rows_of_a_long_table_are_spread_over_it(monkeypatch):
    monkeypatch.setattr(new_study, "ROWS", 10)
    frames = (pl.DataFrame({"n": range(start, start + 7)}) for start in range(0, 700, 7))
    kept = new_study._spread(frames)["n"].to_list()
    assert len(kept) <= 20
    assert kept == sorted(set(kept))
    assert kept[0] < 100
    assert kept[-1] > 600


def test_a_wide_line_of_json_is_one_cell(tmp_path):
    rows = [{"id": n, "genre_ids": [n % 3, n % 2], "plot": f"a plot of words {n}"} for n in range(12)]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    row, counts, _ = new_study.dataset_row(str(tmp_path / "t.jsonl"), None)
    assert row["task"] == "multi-label"
    assert set(counts.labels) == {"0", "1", "2"}


@pytest.mark.parametrize("label", ["no", "1984", "a: b", "#tag", 'l\'étiquette "x"', "{brace}", "*"])
def test_the_config_keeps_odd_names(tmp_path, label):
    """What is written is valid by the schemas, and names the columns of the data."""
    rows = [{"key": n, label: ANIMALS[n % 3], "title": f"words and words {n}"} for n in range(12)]
    path = write(tmp_path / "my: table #1.csv", rows)
    row, counts, _ = new_study.dataset_row(path, None)
    encoders = {"image_encoders": ["pixels"], "text_encoders": ["tfidf"], "zeroshot": []}
    own = yaml.safe_load(new_study_config.config_text("mine", path, row, counts, encoders, []))
    source = own["datasets"]["mine"]["source"]
    assert (source["labels"], source["path"]) == (label, path)
    config = validation.plain(defaults.completed(own, ROOT / "config", tmp_path))
    study = validation.validate(config, ROOT / "workflow" / "schemas")
    assert study.trained == ("mine",)


def test_the_config_of_ratings(tmp_path):
    rows = [{"key": n, "score": f"{n / 4}", "title": f"words and words {n}"} for n in range(12)]
    path = write(tmp_path / "scored.csv", rows)
    row, counts, _ = new_study.dataset_row(path, None)
    encoders = {"image_encoders": ["pixels"], "text_encoders": ["tfidf"], "zeroshot": []}
    written = new_study_config.config_text("mine", path, row, counts, encoders, [])
    assert "labels: score # numbers from 0 to 2.75\n" in written
    config = validation.plain(defaults.completed(yaml.safe_load(written), ROOT / "config", tmp_path))
    assert validation.validate(config, ROOT / "workflow" / "schemas").datasets["mine"].task == "regression"
    said = new_study_config.summary(row, counts, [])
    assert said[0].startswith("guessed table, regression; id: key; labels: score")
    assert said[2] == "12 rows, numbers from 0 to 2.75"
