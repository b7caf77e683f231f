"""The measure of an embedding job: stages add up, the bound is the model alone, the bottleneck has a name."""

import json
import time

import pytest

from humancentric.embedding import throughput
from humancentric.embedding.throughput import FORWARD, READING, WAITING, Throughput


def measured(**stages):
    """Return a job of 100 pictures in 10 s whose model alone makes 50/s."""
    found = Throughput(embedded=100, seconds=10.0, bound=50.0)
    found.stages |= stages
    return found


@pytest.mark.parametrize(
    ("stages", "bottleneck"),
    [
        ({"waiting": 7.0, "forward": 2.0}, "decoding"),
        ({"forward": 2.5, "waiting": 1.0}, "forward"),
        ({"forward": 9.0}, "contention"),  # 2 s alone, 7 s lost beside the decoders
        ({"reading": 6.0, "forward": 2.0, "decoding": 30.0}, "reading"),
        ({"transfer": 5.0, "forward": 2.0}, "transfer"),
        ({"writing": 5.0, "forward": 2.0}, "writing"),
    ],
)
def test_the_bottleneck_is_what_the_main_thread_lost_most_time_with(stages, bottleneck):
    found = measured(**stages)
    assert found.bottleneck == bottleneck
    assert (found.rate, found.share) == (10.0, 0.2)
    assert "100 pictures at 10.0/s, 20% of the bound of 50.0/s" in str(found)
    assert str(found).endswith(f"bottleneck: {bottleneck}")


def test_the_bound_is_the_fastest_batch_without_its_transfer():
    found = Throughput()
    found.add_forward(10, 2.0, 1.0)
    found.add_forward(10, 4.0)
    assert (found.bound, found.stages[FORWARD], found.stages["transfer"]) == (10.0, 5.0, 1.0)


def test_ready_batches_are_timed_only_where_that_is_a_small_share_of_the_job():
    calls = []
    for job, size in (
        (measured(), 1),  # 1/50 s each, of 10 s
        (measured(), 100),  # 2 s are more than 2 % of 10 s
        (Throughput(), 1),  # all samples were restored
    ):
        job.ready = size, lambda: calls.append(1)
        job.time_ready()
        assert job.ready is None
        assert len(calls) == 3
    found = measured()
    found.time_ready()
    assert found.bound == 50
    found.ready = 5, lambda: None
    found.time_ready()
    assert found.bound > 50


def test_work_after_the_last_sample_belongs_to_the_job():
    found = measured()
    with found.whole("writing"):
        time.sleep(0.001)
    assert found.seconds == 10.0 + found.stages["writing"] > 10


def test_a_stage_counts_the_time_of_a_block_that_fails():
    found = Throughput()
    with pytest.raises(ValueError, match="broken"), found.stage(READING):
        int("broken")
    assert found.stages[READING] > 0
    assert found.stages[WAITING] == 0


def test_the_record_lies_beside_the_benchmark_and_holds_the_measure(tmp_path):
    log = tmp_path / "logs" / "embed_images" / "films" / "standard.clip.log"
    throughput.save(measured(waiting=7.0), log, device="cpu")
    path = tmp_path / "benchmarks" / "embed_images" / "films" / "standard.clip.json"
    record = json.loads(path.read_text())
    assert (record["device"], record["rate"], record["bottleneck"]) == ("cpu", 10.0, "decoding")
    assert sorted(record["stages"]) == sorted(throughput.STAGES)
    assert (
        throughput.record_path("logs/embed_texts/a/b.c.d.log").as_posix()
        == "benchmarks/embed_texts/a/b.c.d.json"
    )
