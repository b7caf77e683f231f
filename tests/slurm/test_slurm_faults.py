"""Faults of a cluster, each on a real SLURM: the tables equal those of an undisturbed run."""

import signal
import sys
import time

import yaml
from on_slurm import OnSlurm, profile

from running import digests

OUTAGE = 45  # seconds; much longer than the executor's timeout for an unresponsive queue
RESUME = [sys.executable, "profiles/slurm/resume"]


def states(study: OnSlurm, rule: str) -> list[str]:
    return [job.state for job in study.jobs(rule)]


def test_an_undisturbed_run_makes_the_tables_of_one_machine(study, undisturbed):
    assert study.run() == 0, study.output[-4000:]
    assert states(study, "embed_images") == ["COMPLETED"]
    assert study.jobs("embed_images")[0].node.startswith("gpu")
    # The probe and the few-shot curve are grouped into one job that requests the memory of one of them.
    assert states(study, "cells_") == ["COMPLETED"]
    assert study.digests() == digests(undisturbed)


def test_a_job_over_its_memory_is_killed_and_tried_again_with_more(study, undisturbed):
    growing = {"mem_mb": "150 + 3000 * (attempt - 1)", "gpu": 1, "runtime": 10}
    profile(study.folder, **{"set-resources": {"embed_images": growing}})
    assert study.run() == 0, study.output[-4000:]
    first, second = states(study, "embed_images")
    assert first in ("OUT_OF_MEMORY", "FAILED", "CANCELLED")  # the last two where memory is polled
    assert second == "COMPLETED"
    assert study.digests() == digests(undisturbed)


def test_a_job_over_its_time_is_killed_and_tried_again(study, undisturbed):
    held = study.start_and_hold("embed_images")
    study.cluster.run("scontrol", "update", f"JobId={held.id}", "EndTime=now")
    assert study.finish() == 0, study.output[-4000:]
    assert states(study, "embed_images") == ["TIMEOUT", "COMPLETED"]
    assert study.digests() == digests(undisturbed)


def test_a_job_that_fails_for_good_stops_no_other_and_its_log_is_kept(study, undisturbed):
    elsewhere = study.folder / "results/demo-covers/chance.json"
    elsewhere.unlink()
    profile(study.folder, **{"set-resources": {"embed_images": {"mem_mb": 150, "gpu": 1, "runtime": 10}}})
    assert study.run([*study.command, "--retries", "1"]) == 1
    assert len(states(study, "embed_images")) == 2
    assert "COMPLETED" not in states(study, "embed_images")
    assert elsewhere.exists()
    assert not study.jobs("transfer")
    kept = [path.read_text() for path in (study.folder / "logs/slurm").rglob("*.log")]
    assert any("oom" in text.lower() or "memory" in text.lower() for text in kept), kept

    profile(study.folder)
    assert study.run() == 0, study.output[-4000:]
    assert study.digests() == digests(undisturbed)


def test_a_cancelled_job_is_tried_again(study, undisturbed):
    held = study.start_and_hold("embed_images")
    study.cluster.run("scancel", held.id)
    assert study.finish() == 0, study.output[-4000:]
    assert states(study, "embed_images") == ["CANCELLED", "COMPLETED"]
    assert study.digests() == digests(undisturbed)


def test_ranges_of_an_embedding_spread_over_all_cards_and_a_cancelled_one_is_tried_again_alone(
    study, undisturbed
):
    small = yaml.safe_load((study.folder / "small.yaml").read_text())
    small["study"]["embedding"] = {"jobs": 4}  # the number of GPUs on both nodes
    (study.folder / "small.yaml").write_text(yaml.safe_dump(small))
    profile(study.folder, **{"set-threads": {"embed_images_range": 4}})  # of eight per node
    study.start()
    study.wait_for(
        lambda: study.signal("STOP", "embed_images") and len(study.environments("embed_images")) == 4
    )
    held = [job for job in study.jobs("embed_images_range") if job.state == "RUNNING"]
    assert sorted(job.node for job in held) == ["gpu1", "gpu1", "gpu2", "gpu2"]
    seen = study.environments("embed_images")
    cards = sorted((each["SLURMD_NODENAME"], each["CUDA_VISIBLE_DEVICES"]) for each in seen)
    assert cards == [("gpu1", "0"), ("gpu1", "1"), ("gpu2", "0"), ("gpu2", "1")]
    study.cluster.run("scancel", held[0].id)
    study.wait_for(lambda: held[0].id not in {job.id for job in study.cluster.jobs(ended=False)})
    study.signal("CONT", "embed_images")
    assert study.finish() == 0, study.output[-4000:]
    assert sorted(states(study, "embed_images_range")) == ["CANCELLED", *["COMPLETED"] * 4]
    assert study.digests() == digests(undisturbed)


def test_interrupting_the_submitter_cancels_its_jobs_and_the_same_command_goes_on(study, undisturbed):
    study.start_and_hold("embed_images")
    study.process.send_signal(signal.SIGINT)
    assert study.finish() != 0
    study.cluster.wait_for("slurmctld", lambda: not study.cluster.jobs(ended=False))
    assert states(study, "embed_images") == ["CANCELLED"]
    assert study.run() == 0, study.output[-4000:]
    # The signal that ends a stopped job resumes it first, so its output may be complete.
    assert states(study, "embed_images")[1:] in ([], ["COMPLETED"])
    assert study.digests() == digests(undisturbed)


def test_a_queue_that_does_not_answer_for_a_while_is_waited_for(study, undisturbed):
    study.start()
    study.wait_for(lambda: study.running("embed_images"))
    study.cluster.stop_controller()
    time.sleep(OUTAGE)
    study.cluster.start_controller()
    assert study.finish() == 0, study.output[-4000:]
    assert states(study, "embed_images") == ["COMPLETED"]
    assert study.digests() == digests(undisturbed)


def test_a_power_cut_costs_what_was_in_flight(study, undisturbed):
    held = study.start_and_hold("embed_images")
    study.process.kill()
    study.cluster.cut_power()
    study.finish()
    study.cluster.restore_power()
    assert study.run(RESUME) == 0, study.output[-4000:]
    first, second = study.jobs("embed_images")
    assert (first.id, second.state) == (held.id, "COMPLETED")
    assert first.state in ("NODE_FAIL", "CANCELLED")
    assert study.overlapping() == []
    assert study.digests() == digests(undisturbed)


def test_what_a_dead_node_was_embedding_is_embedded_by_another(study, undisturbed):
    study.start()
    study.wait_for(lambda: study.running("embed_images"))
    dead = study.running("embed_images")[0].node
    study.cluster.kill_node(dead)
    try:
        assert study.finish() == 0, study.output[-4000:]
    finally:
        study.cluster.start_node(dead)
        study.cluster.wait_for(dead, lambda: study.cluster.states()[dead] == "idle")
    failed, repeated = study.jobs("embed_images")
    assert (failed.state, failed.node, repeated.state) == ("NODE_FAIL", dead, "COMPLETED")
    assert repeated.node != dead
    assert study.digests() == digests(undisturbed)


def test_a_run_whose_submitter_was_killed_is_resumed_and_no_job_runs_twice_at_a_time(study, undisturbed):
    orphan = study.start_and_hold("embed_images")
    study.process.kill()
    study.finish()

    # Without a check, the same command would run the job a second time while the first one runs.
    assert study.run() == 1
    assert "would run twice; `make resume` cancels them and continues" in study.output
    assert len(study.jobs("embed_images")) == 1

    assert study.run(RESUME) == 0, study.output[-4000:]
    first, second = study.jobs("embed_images")
    assert (first.id, first.state, second.state) == (orphan.id, "CANCELLED", "COMPLETED")
    assert study.overlapping() == []
    assert study.digests() == digests(undisturbed)


def test_a_full_disk_is_one_line_and_the_next_run_goes_on(study, undisturbed):
    disk = study.cluster.folder / "disk"
    (study.folder / "results/demo-covers/embeddings").symlink_to(disk)
    assert study.run([*study.command, "--retries", "0"]) == 1
    log = (study.folder / "logs/embed_images/demo-covers/standard.random.log").read_text()
    assert "No space left on device); make room and run again" in log.splitlines()[-1]

    study.cluster.run("mount", "-o", "remount,size=64m", str(disk))
    assert study.run() == 0, study.output[-4000:]
    study.cluster.run("cp", "-r", f"{disk}/.", str(study.folder / "copied"))
    (study.folder / "results/demo-covers/embeddings").unlink()
    (study.folder / "copied").rename(study.folder / "results/demo-covers/embeddings")
    assert study.digests() == digests(undisturbed)
