"""MVSA: tweets in the first encoding that fits, and votes that are folded to one label."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric.core.errors import UserError
from humancentric.core.tables import METADATA_KEY
from humancentric.sources import listing_readers
from humancentric.sources.kinds import mvsa
from published_layouts import write_mvsa_single


@pytest.mark.parametrize(
    ("votes", "even", "up"),
    [
        ("positive positive positive positive positive positive", "positive", "positive"),
        ("positive neutral negative neutral neutral neutral", "neutral", "neutral"),
        ("positive neutral negative negative negative negative", "negative", "neutral"),  # sum 3: 0.5
        ("positive positive positive positive neutral negative", "positive", "positive"),  # sum 9: 1.5
        ("positive positive neutral neutral neutral neutral", "neutral", "neutral"),  # sum 8: 1.33
        ("neutral positive", "positive", "positive"),  # two votes of MVSA-Single, sum 3 of 4: 1.5
        ("neutral negative", "negative", "neutral"),  # 0.5
    ],
)
def test_votes_fold_to_their_rounded_mean(votes, even, up):
    assert mvsa.fold(votes.split()) == even
    assert mvsa.fold(votes.split(), "up") == up


@given(st.lists(st.sampled_from(mvsa.SENTIMENTS), min_size=1, max_size=9))
def test_rounding_rules_differ_only_at_ties(votes):
    if mvsa.tie(votes) is None:
        assert mvsa.fold(votes) == mvsa.fold(votes, "up")
    assert mvsa.fold(votes) == mvsa.fold(votes[::-1])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_tweets_are_decoded_by_the_first_encoding_that_fits(encoding):
    assert mvsa.decode("RT @a:  so 美丽\n".encode(encoding)) == ("RT @a: so 美丽", encoding)


@pytest.mark.parametrize(
    "text",
    [
        "café ok",  # no GB18030
        "el señor pequeño",  # all of these are GB18030, too: "el se駉r peque駉"
        "naïve",
        "ÉTAT",
        "créée",
        "répéter le numéro de téléphone de l'élève",
        "Été à Nîmes",
    ],
)
def test_accented_words_in_latin_1_are_not_chinese(text):
    assert mvsa.decode(text.encode("latin-1")) == (text, "latin-1")


@pytest.mark.parametrize(
    "text",
    [
        "[4P] (Cr:伴.Admirers)",
        "I 開 it",  # its second byte is ASCII
        "Beyoncé earned \u2013 so…",
        "Viêt sautéed, s'enrecordi d\u2019això",
        "愛",
        "I love 馬",  # its second byte is a capital letter
        "a 一b 丁c",
        "新宿御苑ROCK in BAR 僕の全て　ココでしか生きるのを許されない",
        "Тот момент,когда",
    ],
)
def test_gb18030_is_kept_where_its_characters_are_no_letters_of_latin_words(text):
    assert mvsa.decode(text.encode("gb18030")) == (text.replace("\u3000", " "), "gb18030")


PLAIN, ACCENTED = (
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=5),
    st.sampled_from("áàâãäåçéèêëíîïñóôöøúüý"),
)
WORDS = st.builds("".join, st.lists(st.one_of(PLAIN, st.builds("{}{}".format, ACCENTED, PLAIN)), min_size=1))


@given(st.lists(WORDS, min_size=1))
def test_words_with_accents_inside_are_read_as_written(words):
    text = " ".join(words)
    assert mvsa.decode(text.encode("latin-1"))[0] == text


HANZI = [bytes([high, low]).decode("gb18030") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFA)]


@given(st.lists(st.one_of(PLAIN, st.text(HANZI, min_size=2)), min_size=1))
def test_runs_of_common_chinese_characters_are_read_as_written(words):
    data = " ".join(words).encode("gb18030")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert mvsa.decode(data) == (" ".join(words), "gb18030")


def test_mvsa_listing(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "7.txt").write_bytes("so 好".encode("gb18030"))
    (tmp_path / "data" / "8.txt").write_bytes(b"")
    lines = [
        "ID\ttext,image\ttext,image\ttext,image",
        "7\tpositive,positive\tpositive,neutral\tneutral,positive",
        "8\tneutral,neutral\tneutral,negative\tnegative,negative",
        "9\tneutral,neutral\tneutral,neutral\tneutral,neutral",
        "10\tneutral,happy\tneutral,neutral\tneutral,neutral",
    ]
    (tmp_path / "labelResultAll.txt").write_text("\n".join(lines) + "\n")
    table = listing_readers.read({"kind": "mvsa", "root": str(tmp_path)}, {"tweet": "tweet"})
    rows = {row["id"]: row for row in table.to_pylist()}
    assert (rows["7"]["labels"], rows["7"]["tweet"], rows["7"]["source_tie"]) == (["positive"], "so 好", None)
    assert (rows["8"]["labels"], rows["8"]["tweet"], rows["8"]["source_tie"]) == (["negative"], "", "0.5")
    assert rows["9"]["source_problem"] == "9.txt is missing"
    assert "happy" in rows["10"]["source_problem"]


def test_mvsa_single_has_two_votes_a_pair(tmp_path):
    write_mvsa_single(tmp_path, 60, 3)
    table = listing_readers.read({"kind": "mvsa", "root": str(tmp_path)}, {"tweet": "tweet"})
    facts = json.loads(table.schema.metadata[METADATA_KEY])
    rows = {row["id"]: row for row in table.to_pylist()}
    assert len(rows) == 60
    ties = Counter()
    for line in (tmp_path / "labelResultAll.txt").read_text().splitlines()[1:]:
        number, _, votes = line.partition("\t")
        total = sum({"negative": 0, "neutral": 1, "positive": 2}[vote] for vote in votes.split(","))
        assert rows[number]["labels"] == [["negative", "negative", "neutral", "positive", "positive"][total]]
        ties.update({1: ["0.5"], 3: ["1.5"]}.get(total, []))
    assert facts["ties"] == dict(sorted(ties.items()))
    assert len(ties) == 2
    assert facts["encodings"]["gb18030"] == 3
    up = listing_readers.read({"kind": "mvsa", "root": str(tmp_path), "halves": "up"}, {"tweet": "tweet"})
    changed = [row for row in up.to_pylist() if row["labels"] != rows[row["id"]]["labels"]]
    assert len(changed) == ties["0.5"]
    assert {(row["source_tie"], row["labels"][0]) for row in changed} == {("0.5", "neutral")}


@pytest.mark.parametrize("header", ["", "1\tpositive,positive", "ID,text,image,text"])
def test_a_label_file_without_its_header_is_refused(tmp_path, header):
    (tmp_path / "labelResultAll.txt").write_text(header + "\n2\tneutral,neutral\n")
    with pytest.raises(UserError, match="not ID and pairs of text,image"):
        listing_readers.read({"kind": "mvsa", "root": str(tmp_path)}, {"tweet": "tweet"})


def test_a_pair_with_too_few_votes_is_a_row_with_a_problem(tmp_path):
    (tmp_path / "labelResultAll.txt").write_text(
        "ID\ttext,image\ttext,image\ttext,image\n7\tneutral,neutral\n"
    )
    (row,) = listing_readers.read({"kind": "mvsa", "root": str(tmp_path)}, {"tweet": "tweet"}).to_pylist()
    assert row["source_problem"] == "2 votes instead of 6"


@given(st.lists(st.sampled_from(mvsa.SENTIMENTS), min_size=6, max_size=6))
def test_six_votes_fold_as_their_sum_says(votes):
    """The sums 0-3, 4-8 and 9-12: negative, neutral, positive; rounded half up, 3 is neutral."""
    total = sum(mvsa.SENTIMENTS.index(vote) for vote in votes)
    expected = "negative" if total <= 3 else "neutral" if total <= 8 else "positive"
    assert mvsa.fold(votes) == expected
    assert mvsa.fold(votes, "up") == ("neutral" if total == 3 else expected)
    assert mvsa.tie(votes) == {3: "0.5", 9: "1.5"}.get(total)
