"""Start and stop a SLURM cluster with several virtual nodes on this machine."""

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
NODES = {"cpu1": 0, "cpu2": 0, "gpu1": 2, "gpu2": 2}  # number of faked GPUs by node
PARTITIONS = (
    "PartitionName=all Nodes=ALL Default=YES",
    "PartitionName=cardless Nodes=cpu[1-2]",
    "PartitionName=closed Nodes=ALL",
)
SMALL_DISK = "16k"
# Prefix for processes that must end with the tests, even if the tests are killed.
DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL")


def obstacle() -> str | None:
    """Return in one line why SLURM cannot be started here; None if it can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"SLURM is not installed ({', '.join(missing)}): apt-get install slurm-wlm munge"
    if os.geteuid() != 0:
        return "a SLURM with nodes of its own needs root"
    if not Path("/etc/slurm").is_dir():
        return "/etc/slurm is missing, which the tests' own configuration is mounted over"
    namespace = subprocess.run(["unshare", "--mount", "true"], capture_output=True)
    return None if namespace.returncode == 0 else "mount namespaces are not allowed here"


class Job(NamedTuple):
    """A job as squeue lists it; `comment` holds its rule and wildcards, `begin` and `end` are wall-clock times."""

    id: str
    state: str
    comment: str
    node: str
    begin: str
    end: str


class Cluster:
    """SLURM's daemons in a mount namespace with its own /etc/slurm; the machine's configuration is unchanged.

    `folder` is a scratch folder. A very small disk is mounted at `folder`/disk for the tests of a full disk.
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
        """Start all daemons; return when all nodes are idle."""
        (self.folder / "state").mkdir()
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        (self.folder / "munge.key").chmod(0o600)
        for node, gpus in NODES.items():
            (self.folder / f"spool-{node}").mkdir()
            for card in range(gpus):  # SLURM sees a GPU as a device file only
                os.mknod(self.folder / f"card-{node}-{card}", 0o600 | 0o020000, os.makedev(1, 3))
        (self.folder / "disk").mkdir()
        mounts = (
            f"mount --bind {self.folder}/etc /etc/slurm",
            f"mount -t tmpfs -o size={SMALL_DISK} none {self.folder}/disk",
            "echo up",
            "exec sleep infinity",
        )
        command = ["unshare", "--mount", "--propagation=private", "sh", "-c", " && ".join(mounts)]
        self.daemons["namespace"] = subprocess.Popen([*DIE_WITH_PARENT, *command], stdout=subprocess.PIPE)
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
        """Start a daemon in the namespace and write its output to a file named after `called` or `name`."""
        called = called or name
        with (self.folder / f"{called}.out").open("ab") as output:
            command = [*DIE_WITH_PARENT, *self.inside([name, *args], self.folder)]
            self.daemons[called] = subprocess.Popen(
                command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True
            )

    def start_controller(self, *args: str) -> None:
        """Start slurmctld with its saved queue, or with the argument `-c` with an empty one."""
        self.run_daemon("slurmctld", "-D", *args)

    def start_node(self, node: str) -> None:
        """Start a node's slurmd in its own PID namespace, as if on another machine."""
        namespace = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
        self.run_daemon(*namespace, "slurmd", "-D", "-N", node, called=node)

    def inside(self, command: Sequence[str], folder: Path) -> list[str]:
        """Return the command line that runs `command` in the namespace and in `folder`."""
        target = str(self.daemons["namespace"].pid)
        return ["nsenter", f"--target={target}", "--mount", f"--wd={folder}", *command]

    def run(self, *command: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command in the namespace and wait for it."""
        line = self.inside(command, folder or self.folder)
        return subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE)

    def states(self) -> dict[str, str]:
        """Return {node: state} from `sinfo`."""
        listed = self.run("sinfo", "--noheader", "--Node", "--format=%N %t")
        return dict(line.split() for line in listed.stdout.splitlines())

    def is_idle(self) -> bool:
        """Return whether all nodes are up and idle."""
        return set(self.states().values()) == {"idle"}

    def jobs(self, ended: bool = True) -> list[Job]:
        """Return the jobs in the order of their ids; with `ended`, include those that have ended."""
        listed = self.run(
            "squeue", "--noheader", "--format=%i|%T|%k|%N|%S|%e", *(["--states=all"] if ended else [])
        )
        return sorted(
            (Job(*line.split("|")) for line in listed.stdout.splitlines()), key=lambda job: int(job.id)
        )

    def wait_for(self, name: str, condition: Callable[[], bool]) -> None:
        """Wait until `condition()` is true; if a daemon ends or time is up, raise an error with the log of `name`."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            ended = [key for key, daemon in self.daemons.items() if daemon.poll() is not None]
            if ended or time.monotonic() > deadline:
                log = (self.folder / f"{name}.out").read_text()[-2000:]
                raise RuntimeError(f"{name} is not up, {ended or 'nothing'} has ended:\n{log}")
            time.sleep(0.2)

    def kill_node(self, node: str) -> None:
        """End a node as a power cut would: with its first process, the kernel kills all its processes."""
        end(self.daemons.pop(node))

    def stop_controller(self) -> None:
        """Shut slurmctld down, as for maintenance; jobs keep running."""
        daemon = self.daemons.pop("slurmctld")
        self.run("scontrol", "shutdown", "controller")
        daemon.wait(PATIENCE)

    def cut_power(self) -> None:
        """Kill the controller and all nodes."""
        end(self.daemons.pop("slurmctld"))
        for node in NODES:
            self.kill_node(node)

    def restore_power(self) -> None:
        """Start the controller and all nodes again; return when all nodes are idle."""
        self.start_controller()
        for node in NODES:
            self.start_node(node)
        self.wait_for("slurmctld", self.is_idle)

    def stop(self) -> None:
        """Stop all jobs and daemons."""
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
    """Remove the empty control groups that a killed node leaves behind."""
    for folder in sorted(root.rglob("*/"), reverse=True):
        folder.rmdir()
    if root.is_dir():
        root.rmdir()
