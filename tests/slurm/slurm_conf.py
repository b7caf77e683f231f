"""Write the configuration of a SLURM cluster whose nodes all run on this machine."""

import os
import socket
from pathlib import Path

# A template for str.format. Intervals are short, because the tests wait for them.
SLURM = """
ClusterName=humancentric
SlurmctldHost=localhost
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmctldPort={controller}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
SwitchType=switch/none
MpiDefault=none
{tracking}
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=bf_interval=2,sched_interval=2
SlurmdParameters=config_overrides
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=10
InactiveLimit=0
KillWait=2
MinJobAge=600
GresTypes=gpu
JobSubmitPlugins=lua
"""
# Require an account on one partition, as many clusters do; SLURM's own check of accounts needs a database.
ACCOUNTS = """
function slurm_job_submit(job, partitions, user)
  if job.partition == "closed" and job.account == nil then return 2045 end -- ESLURM_INVALID_ACCOUNT
  return slurm.SUCCESS
end
function slurm_job_modify(job, record, partitions, user) return slurm.SUCCESS end
"""
CGROUPS = "ProctrackType=proctrack/cgroup\nTaskPlugin=task/cgroup"
POLLING = "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nJobAcctGatherParams=OverMemoryKill"
CGROUP = """
CgroupPlugin=cgroup/v1
CgroupAutomount=no
ConstrainRAMSpace=yes
ConstrainCores=no
ConstrainDevices=no
"""
NODE = "NodeName={name} NodeHostname=localhost NodeAddr=127.0.0.1 Port={port} CPUs={cpus} RealMemory={memory}"


def constrains_memory() -> bool:
    """Return whether SLURM can use this machine's memory cgroup; otherwise it polls the memory of jobs."""
    return os.access("/sys/fs/cgroup/memory/memory.limit_in_bytes", os.W_OK)


def free_ports(number: int) -> list[int]:
    """Return free ports, so that the cluster does not interfere with another SLURM on this machine."""
    sockets = [socket.socket() for _ in range(number)]
    for bound in sockets:
        bound.bind(("127.0.0.1", 0))
    ports = [bound.getsockname()[1] for bound in sockets]
    for bound in sockets:
        bound.close()
    return ports


def write(folder: Path, nodes: dict[str, int], cpus: int, memory: int, partitions: list[str]) -> None:
    """Write slurm.conf and its companion files to `folder`/etc.

    `nodes` maps names to numbers of (faked) GPUs; each node has `cpus` and `memory` MB. `partitions` are lines of
    slurm.conf.
    """
    controller, *ports = free_ports(1 + len(nodes))
    tracking = CGROUPS if constrains_memory() else POLLING
    lines, cards = [SLURM.format(folder=folder, controller=controller, tracking=tracking)], []
    for port, (name, gpus) in zip(ports, nodes.items(), strict=True):
        gres = f" Gres=gpu:{gpus}" if gpus else ""
        lines.append(NODE.format(name=name, port=port, cpus=cpus, memory=memory) + gres)
        if gpus:
            cards.append(f"NodeName={name} Name=gpu File={folder}/card-{name}-[0-{gpus - 1}]\n")
    etc = folder / "etc"
    etc.mkdir(parents=True)
    (etc / "slurm.conf").write_text("\n".join([*lines, *partitions, ""]))
    (etc / "job_submit.lua").write_text(ACCOUNTS)
    (etc / "cgroup.conf").write_text(CGROUP)
    (etc / "gres.conf").write_text("".join(cards))
