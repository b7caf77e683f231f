import numpy as np

from humancentric.probing import prototypes

CLASSES = ["a", "b", "c"]
MEMBERS = [np.array([0, 3, 5, 8]), np.array([1, 3]), np.array([2, 4, 6, 7, 9])]


def draw(members=MEMBERS, classes=CLASSES, shots=2, repeat=0, seed=0):
    return prototypes.draw(members, classes, shots, repeat, seed).tolist()


def test_each_class_gives_its_number_of_samples_without_replacement():
    for repeat in range(20):
        for shots in (1, 2, 4):
            rows = draw(members=[np.arange(5), np.arange(5, 8), np.arange(8, 20)], shots=shots, repeat=repeat)
            counts = [
                sum(row < 5 for row in rows),
                sum(5 <= row < 8 for row in rows),
                sum(row >= 8 for row in rows),
            ]
            assert counts == [shots, min(shots, 3), shots]
            assert len(set(rows)) == len(rows)


def test_a_draw_is_repeatable_and_depends_on_repeat_and_seed():
    assert draw() == draw()
    assert len({tuple(draw(repeat=repeat)) for repeat in range(20)}) > 5
    assert len({tuple(draw(seed=seed)) for seed in range(20)}) > 5


def test_another_class_changes_no_draw_of_the_others():
    with_more = draw(members=[*MEMBERS, np.array([10, 11, 12])], classes=[*CLASSES, "0"])
    assert [row for row in with_more if row < 10] == draw()


def test_more_shots_keep_what_fewer_drew_and_short_classes_give_all_they_have():
    assert set(draw(shots=1)) <= set(draw(shots=2)) <= set(draw(shots=50))
    assert draw(shots=50) == list(range(10))
    assert draw(members=[np.empty(0, int)] * 3) == []
