"""Jobs beside each other take different cards; the scheduler's word counts; a killed job gives its card back."""

import subprocess
import sys

import pytest
import torch

from humancentric.embedding import card_choice, torch_runtime
from project import ROOT

JOB = """
import sys
from pathlib import Path
from humancentric.embedding import card_choice
print(card_choice.choose(int(sys.argv[1]), Path(sys.argv[2])), flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    monkeypatch.setattr(card_choice, "_held", {})
    monkeypatch.delenv(card_choice.VISIBLE, raising=False)


@pytest.fixture
def begin(tmp_path):
    """Return a function that starts a job and returns its process and card."""
    running = []

    def start(count=2):
        job = subprocess.Popen(
            [sys.executable, "-c", JOB, str(count), str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(ROOT / "workflow" / "scripts")},
        )
        running.append(job)
        return job, int(job.stdout.readline())

    yield start
    for job in running:
        job.kill()
        job.communicate()


def test_jobs_take_different_cards_and_a_killed_one_gives_its_card_back(begin):
    (first, card), (_, other), (_, shared) = begin(), begin(), begin()
    assert (card, other, shared) == (0, 1, 0)  # the third finds no card free
    first.kill()
    first.communicate()
    assert begin()[1] == 0


def test_a_job_keeps_its_card(tmp_path):
    assert [card_choice.choose(2, tmp_path) for _ in range(3)] == [0, 0, 0]


def test_a_job_that_shares_a_card_keeps_sharing_it(begin, tmp_path):
    _, (second, _) = begin(), begin()
    assert card_choice.choose(2, tmp_path) == 0
    second.kill()
    second.communicate()
    assert card_choice.choose(2, tmp_path) == 0


def test_one_card_is_what_a_scheduler_shows_and_needs_no_lock(tmp_path):
    assert card_choice.choose(1, tmp_path) == 0
    assert not list(tmp_path.iterdir())


def test_locks_are_of_the_machines_cards_not_of_their_numbers_in_a_job(monkeypatch):
    monkeypatch.setenv(card_choice.VISIBLE, "2, 3")
    assert card_choice.names(2) == ["2", "3"]
    monkeypatch.delenv(card_choice.VISIBLE)
    assert card_choice.names(2) == ["0", "1"]


@pytest.mark.parametrize(("count", "device"), [(1, "cuda"), (2, "cuda:1")])
def test_an_encoder_starts_on_the_chosen_card(monkeypatch, count, device):
    chosen = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    monkeypatch.setattr(card_choice, "choose", lambda count: count - 1)
    assert torch_runtime.start(1) == torch.device(device)
    assert chosen == ([] if count == 1 else [torch.device(device)])
