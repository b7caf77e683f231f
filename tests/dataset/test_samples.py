import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from humancentric.core.errors import UserError
from humancentric.core.hashing import split_of
from humancentric.core.schemas import REJECTS
from humancentric.dataset.samples import divide, split_samples
from humancentric.dataset.splits import stratified
from humancentric.sources.source_kind import listing_table

TEXTS = {"title": "title", "plot": "overview"}


def film(number, **changes):
    return {
        "id": str(number),
        "labels": ["War"],
        "title": "T",
        "overview": "O",
        "image_source": "/x.jpg",
    } | changes


def listing(*rows):
    return listing_table(rows, TEXTS.values())


def image_rejects(*ids):
    rows = [{"id": str(n), "stage": "image", "reason": "unreadable", "detail": "cut short"} for n in ids]
    return pa.Table.from_pylist(rows, schema=pa.schema(list(REJECTS.columns.items())))


def test_every_reason_once():
    offered = listing(
        film(1),
        film(2, labels=[]),
        film(3, title="  "),
        film(4, overview=None),
        film(5),
        film(6, source_problem="no votes", labels=[]),
        film(7),
        film(7),
    )
    samples, rejects = split_samples(offered, image_rejects(5, 2), TEXTS, {"test": 0.5})
    assert samples["id"].to_pylist() == ["1", "7"]
    assert {(row["id"], row["stage"], row["reason"], row["detail"]) for row in rejects.to_pylist()} == {
        ("2", "listing", "no-label", ""),
        ("3", "listing", "empty-text", "title"),
        ("4", "listing", "empty-text", "overview"),
        ("5", "image", "unreadable", "cut short"),
        ("6", "listing", "unusable", "no votes"),
        ("7", "listing", "duplicate-id", ""),
    }
    assert samples["split"].to_pylist() == [split_of("1", 0.5), split_of("7", 0.5)]
    assert "image_source" not in samples.column_names


def test_texts_may_be_called_like_the_columns_of_rejects():
    rows = [
        {"id": str(number), "labels": ["War"], "stage": "s", "reason": "r", "detail": "d"}
        for number in (1, 2)
    ]
    offered = listing_table(rows, ["stage", "reason", "detail"])
    samples, rejects = split_samples(offered, image_rejects(2), {"plot": "detail"}, None)
    assert samples.select(["id", "stage", "reason", "detail"]).to_pylist() == [
        {"id": "1", "stage": "s", "reason": "r", "detail": "d"}
    ]
    assert rejects.to_pylist() == [
        {"id": "2", "stage": "image", "reason": "unreadable", "detail": "cut short"}
    ]


@given(
    st.lists(
        st.builds(
            film,
            st.integers(0, 20),
            labels=st.sampled_from([[], ["War"], ["War", "Drama"]]),
            title=st.sampled_from([None, "", "T"]),
        ),
        max_size=30,
    ),
    st.sets(st.integers(0, 20)),
)
def test_listing_is_samples_plus_rejects(rows, broken):
    offered = listing(*rows)
    samples, rejects = split_samples(offered, image_rejects(*broken), TEXTS, {"test": 0.3})
    both = samples["id"].to_pylist() + rejects["id"].to_pylist()
    assert sorted(both) == sorted(offered["id"].to_pylist())
    assert len(set(samples["id"].to_pylist())) == samples.num_rows


def test_the_sources_own_split_holds_without_a_split_row():
    offered = listing(film(1, source_split="test"), film(2, source_split="train"), film(3))
    samples, _ = split_samples(offered, image_rejects(), TEXTS, None)
    assert samples["split"].to_pylist() == ["test", "train", "train"]


@given(st.permutations(range(60)), st.sampled_from([0.1, 0.25, 0.5]))
def test_stratified_split_keeps_class_shares_and_ignores_order(order, share):
    labels = {str(n): "abc"[n % 3] for n in range(60)}
    ids = [str(n) for n in order]
    splits = stratified(ids, [labels[i] for i in ids], share, seed=0)
    assert splits == stratified(sorted(ids), [labels[i] for i in sorted(ids)], share, seed=0)
    for name in "abc":
        drawn = [splits[i] for i in ids if labels[i] == name]
        assert drawn.count("test") == round(share * 20)


def test_a_dataset_without_pictures_has_no_image_rejects():
    samples, rejects = split_samples(listing(film(1)), REJECTS.empty(), TEXTS, {"test": 1.0})
    assert (samples.num_rows, rejects.num_rows) == (1, 0)


def test_other_seeds_draw_other_samples():
    ids = [str(n) for n in range(40)]
    one, other = (stratified(ids, ["a"] * 40, 0.5, seed=seed) for seed in (0, 1))
    assert one != other


def test_split_kinds_of_the_row():
    offered = listing(*(film(n) for n in range(50)))
    by_hash, _ = split_samples(offered, image_rejects(), TEXTS, {"test": 0.2})
    assert by_hash["split"].to_pylist() == [split_of(name, 0.2) for name in by_hash["id"].to_pylist()]
    by_class, _ = split_samples(offered, image_rejects(), TEXTS, {"test": 0.2, "kind": "stratified"})
    assert by_class["split"].to_pylist().count("test") == 10


def test_groups_are_on_one_side_and_nobody_else_moves():
    offered = listing(*(film(number) for number in range(1, 61)))
    alone = dict(zip(*split_of_rows(offered, None), strict=True))
    groups = {str(number): str(number) for number in range(1, 61)} | {"7": "3", "40": "3", "50": "3"}
    together = dict(zip(*split_of_rows(offered, groups), strict=True))
    assert len({together[name] for name in ("3", "7", "40", "50")}) == 1
    assert together["3"] == split_of("3", 0.5)
    assert all(together[name] == side for name, side in alone.items() if name not in ("7", "40", "50"))
    assert {alone[name] for name in ("3", "7", "40", "50")} == {"train", "test"}  # else this shows nothing


def split_of_rows(offered, groups):
    samples, _ = split_samples(offered, image_rejects(), TEXTS, {"test": 0.5}, (), "listing", groups)
    return samples["id"].to_pylist(), samples["split"].to_pylist()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            film,
            st.integers(0, 12),
            labels=st.sampled_from([[], ["War"], ["War", "Drama"]]),
            overview=st.sampled_from(["", "O"]),
        ),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, 7),
    st.sampled_from([{"test": 0.3}, {"test": 0.3, "kind": "stratified"}, None]),
)
def test_batches_of_a_sorted_listing_give_what_the_whole_gives(rows, size, split):
    whole = listing(*sorted(rows, key=lambda row: row["id"]))
    pieces = [whole.slice(start, size) for start in range(0, len(whole), size)]
    samples, rejects = divide(lambda: pieces, image_rejects(3), TEXTS, split)
    expected = split_samples(whole, image_rejects(3), TEXTS, split)
    assert pa.concat_tables(samples) == expected[0]
    assert rejects == expected[1]


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (["", " ", None], r"here: none of 3 samples .*\(split.group\), it is empty for '1', '2' and others;"),
        (
            ["A", *[""] * 10],
            r"only 1 of 11 samples .*\(split.group\), e.g. 'A'; empty for '2', '3' and others;",
        ),
        (["A", *[""] * 9], None),
    ],
)
def test_a_column_of_groups_with_too_few_values_stops_the_stage(groups, message):
    rows = listing(*(film(number) for number in range(1, len(groups) + 1)))
    rows = rows.append_column("director", pa.array(groups, pa.string()))
    options = (rows, image_rejects(), {}, {"test": 0.5, "group": "director"}, (), "here")
    if message is None:
        assert len(split_samples(*options)[0]) == len(groups)
    else:
        with pytest.raises(UserError, match=message):
            split_samples(*options)


def test_a_column_of_groups_that_is_not_there_names_the_nearest():
    with pytest.raises(
        UserError, match=r"here: column 'titel' \(split.group\) does not exist; did you mean 'title'"
    ):
        split_samples(listing(film(1)), image_rejects(), TEXTS, {"test": 0.5, "group": "titel"}, (), "here")
