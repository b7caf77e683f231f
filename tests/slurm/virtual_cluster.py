"""A SLURM on this machine: several virtual nodes, brought up from nothing and taken down again."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import slurm_conf

TOOLS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "unshare", "nsenter", "setpriv")
PATIENCE = 100  # seconds for a daemon to answer
NODES = {"cpu1": 0, "cpu2": 0, "gpu1": 2, "gpu2": 2}  # faked cards of each
PARTITIONS = (
    "PartitionName=all Nodes=ALL Default=YES",
    "PartitionName=cardless Nodes=cpu[1-2]",
    "PartitionName=closed Nodes=ALL",
)
SMALL_DISK = "16k"
# What is started so ends with the tests, even where they are killed.
MORTAL = ("setpriv", "--pdeathsig", "KILL")


def obstacle() -> str | None:
    """Return in one line why no SLURM can be brought up here; None if it can."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        return f"SLURM is not installed ({', '.join(lacking)}): apt-get install slurm-wlm munge"
    if os.geteuid() != 0:
        return "a SLURM with nodes of its own needs root"
    if not Path("/etc/slurm").is_dir():
        return "/etc/slurm is missing, which the tests' own configuration is mounted over"
    namespace = subprocess.run(["unshare", "--mount", "true"], capture_output=True)
    return None if namespace.returncode == 0 else "mount namespaces are not allowed here"


class Job(NamedTuple):
    """What squeue tells of a job; `comment` holds its rule and wildcards, times are of the wall clock."""

    id: str
    state: str
    comment: str
    node: str
    begin: str
    end: str


class Cluster:
    """Daemons in a mount namespace of their own, where /etc/slurm is theirs; the machine's stays as it is.

    `folder` is scratch. In its folder `disk` a very small disk is mounted, for what should run full.
    """

    def __init__(self, folder: Path, cpus: int = 8, memory: int = 64000) -> None:
        self.folder = folder
        slurm_conf.write(folder, NODES, cpus, memory, PARTITIONS)
        self.daemons: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> "Cluster":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything; return when all nodes are idle."""
        (self.folder / "state").mkdir()
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        (self.folder / "munge.key").chmod(0o600)
        for node, gpus in NODES.items():
            (self.folder / f"spool-{node}").mkdir()
            for card in range(gpus):  # a card is nothing but a device file to SLURM
                os.mknod(self.folder / f"card-{node}-{card}", 0o600 | 0o020000, os.makedev(1, 3))
        (self.folder / "disk").mkdir()
        mounts = (
            f"mount --bind {self.folder}/etc /etc/slurm",
            f"mount -t tmpfs -o size={SMALL_DISK} none {self.folder}/disk",
            "echo up",
            "exec sleep infinity",
        )
        holder = [*MORTAL, "unshare", "--mount", "--propagation=private", "sh", "-c", " && ".join(mounts)]
        self.daemons["namespace"] = subprocess.Popen(holder, stdout=subprocess.PIPE)
        assert self.daemons["namespace"].stdout.readline() == b"up\n", "the namespace was refused"
        key, socket = self.folder / "munge.key", self.folder / "munge.socket"
        extra = [f"--pid-file={self.folder}/munge.pid", f"--seed-file={self.folder}/munge.seed"]
        extra += [f"--log-file={self.folder}/munge.log", "--force"]
        self.run_daemon("munged", "--foreground", f"--key-file={key}", f"--socket={socket}", *extra)
        self.wait_for("munged", socket.exists)
        self.start_controller("-c")
        for node in NODES:
            self.start_node(node)
        self.wait_for("slurmctld", self.is_idle)

    def run_daemon(self, name: str, *args: str, called: str | None = None) -> None:
        """Start a daemon in the namespace, its output in a file of its name."""
        called = called or name
        with (self.folder / f"{called}.out").open("ab") as told:
            command = [*MORTAL, *self.inside([name, *args], self.folder)]
            self.daemons[called] = subprocess.Popen(
                command, stdout=told, stderr=told, stdin=subprocess.DEVNULL, start_new_session=True
            )

    def start_controller(self, *args: str) -> None:
        """Start the daemon that holds the queue: as it was left, or with the argument `-c` an empty one."""
        self.run_daemon("slurmctld", "-D", *args)

    def start_node(self, node: str) -> None:
        """Start a node's daemon, with processes of its own as another machine has."""
        apart = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
        self.run_daemon(*apart, "slurmd", "-D", "-N", node, called=node)

    def inside(self, command: Sequence[str], folder: Path) -> list[str]:
        """Return the command line that runs `command` in the namespace and in `folder`."""
        target = str(self.daemons["namespace"].pid)
        return ["nsenter", f"--target={target}", "--mount", f"--wd={folder}", *command]

    def run(self, *command: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end in the namespace."""
        line = self.inside(command, folder or self.folder)
        return subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE)

    def states(self) -> dict[str, str]:
        """Return {node: state} as `sinfo` has it."""
        listed = self.run("sinfo", "--noheader", "--Node", "--format=%N %t")
        return dict(line.split() for line in listed.stdout.splitlines())

    def is_idle(self) -> bool:
        """Return whether every node is up and has nothing to do."""
        return set(self.states().values()) == {"idle"}

    def jobs(self, ended: bool = True) -> list[Job]:
        """Return the jobs in the order of their ids; those that have ended too unless told otherwise."""
        listed = self.run(
            "squeue", "--noheader", "--format=%i|%T|%k|%N|%S|%e", *(["--states=all"] if ended else [])
        )
        return sorted(
            (Job(*line.split("|")) for line in listed.stdout.splitlines()), key=lambda job: int(job.id)
        )

    def wait_for(self, whose: str, condition: Callable[[], bool]) -> None:
        """Wait until `condition()`; a daemon that ended, or patience that did, is an error with its log."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            ended = [name for name, daemon in self.daemons.items() if daemon.poll() is not None]
            if ended or time.monotonic() > deadline:
                told = (self.folder / f"{whose}.out").read_text()[-2000:]
                raise RuntimeError(f"{whose} is not up, {ended or 'nothing'} has ended:\n{told}")
            time.sleep(0.2)

    def kill_node(self, node: str) -> None:
        """End a node as a power cut would: the kernel kills all that runs in it together with its first process."""
        end(self.daemons.pop(node))

    def stop_controller(self) -> None:
        """Stop the daemon that holds the queue, as for its maintenance: jobs go on."""
        daemon = self.daemons.pop("slurmctld")
        self.run("scontrol", "shutdown", "controller")
        daemon.wait(PATIENCE)

    def cut_power(self) -> None:
        """End all nodes and the controller at once."""
        end(self.daemons.pop("slurmctld"))
        for node in NODES:
            self.kill_node(node)

    def restore_power(self) -> None:
        """Start them again; return when all nodes are idle."""
        self.start_controller()
        for node in NODES:
            self.start_node(node)
        self.wait_for("slurmctld", self.is_idle)

    def stop(self) -> None:
        """End everything that was started, jobs included."""
        if "slurmctld" in self.daemons:
            self.run("scancel", "--signal=KILL", "--user=root")
            self.run("scancel", "--user=root")
        for node in NODES:
            if node in self.daemons:
                self.kill_node(node)
        for daemon in reversed(list(self.daemons.values())):
            end(daemon)
        self.daemons.clear()
        for node in NODES:
            remove_cgroups(Path(f"/sys/fs/cgroup/memory/slurm_{node}"))


def end(process: subprocess.Popen) -> None:
    """Kill a process and wait for its end."""
    process.kill()
    process.wait(PATIENCE)


def remove_cgroups(root: Path) -> None:
    """Remove what a killed node leaves of its control groups, which are empty by now."""
    for folder in sorted(root.rglob("*/"), reverse=True):
        folder.rmdir()
    if root.is_dir():
        root.rmdir()
