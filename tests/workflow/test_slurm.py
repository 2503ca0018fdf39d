"""On a cluster a review comes to the same results as on one machine: one node of Slurm."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from checkout import ROOT, Checkout

PROGRAMS = ("slurmctld", "slurmd", "sbatch", "srun", "squeue", "sinfo")
PLUGIN = "snakemake_executor_plugin_slurm"
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
LACKING = [name for name in PROGRAMS if not shutil.which(name, path=PLACES)] + (
    [] if importlib.util.find_spec(PLUGIN) else [PLUGIN]
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(LACKING),
        reason=f"no Slurm on this machine (lacking: {', '.join(LACKING)}); Debian has it as "
        "slurm-wlm, and this package as its extra `slurm`",
    ),
]

CONF = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
CredType=cred/none
SlurmctldPort={controller}
SlurmdPort={daemon}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory=3000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
SMALL = ("--default-resources", "runtime=20", "mem_mb=500")
SMALLER = [f"{rule}:mem_mb=500" for rule in ("compare_records", "place_works", "rank_works")]
ON_SLURM = (
    *("--workflow-profile", str(ROOT / "profiles/slurm")),
    *("--slurm-init-seconds-before-status-checks", "2", "--seconds-between-status-checks", "2"),
    *("--slurm-status-command", "squeue"),  # there is no accounting to ask
    *(*SMALL, "--set-resources", *SMALLER),
)


def free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """The environment of a cluster of one node, which is gone afterwards."""
    folder = tmp_path_factory.mktemp("slurm")
    for name in ("state", "spool", "bin"):
        (folder / name).mkdir()
    conf = folder / "slurm.conf"
    told = {"host": socket.gethostname().split(".")[0], "folder": folder, "cores": os.cpu_count()}
    ports = {"controller": free_port(), "daemon": free_port()}
    conf.write_text(CONF.format(user=os.environ.get("USER", "root"), **told, **ports))
    # A job's step forgets where the configuration of this cluster is, since others have it in /etc.
    step = folder / "bin/srun"
    step.write_text(f'#!/bin/sh\nSLURM_CONF={conf} exec {shutil.which("srun")} "$@"\n')
    step.chmod(0o755)
    environment = os.environ | {
        "SLURM_CONF": str(conf),
        "PATH": f"{folder / 'bin'}:{Path(sys.executable).parent}:{PLACES}",
        "PYTHONPATH": f"{ROOT / 'src'}:{os.environ.get('PYTHONPATH', '')}",
    }
    daemons = [
        subprocess.Popen(
            [shutil.which(name, path=PLACES), "-D", "-f", str(conf)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name in ("slurmctld", "slurmd")
    ]
    try:
        ends = time.monotonic() + 60
        while not up(environment):
            if time.monotonic() > ends or any(one.poll() is not None for one in daemons):
                pytest.skip("Slurm does not start on this machine; see slurmctld.log, slurmd.log")
            time.sleep(0.5)
        yield environment
    finally:
        for one in reversed(daemons):
            one.send_signal(signal.SIGTERM)
            one.wait(timeout=60)


def up(environment):
    told = subprocess.run(
        ["sinfo", "--noheader", "-o", "%t"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() in ("idle", "mix")


def example(folder):
    for name in ("config", "resources"):
        shutil.copytree(ROOT / "examples/vasospasm" / name, folder / name)
    return Checkout(folder)


def snakemake(review, environment, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--directory", str(review.folder), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )


def test_a_cluster_makes_the_same_bytes(slurm, tmp_path):
    """Every result of jobs on a node is the one of this machine; a second run submits nothing."""
    here, there = example(tmp_path / "here"), example(tmp_path / "there")
    done = snakemake(here, slurm)
    assert done.returncode == 0, done.stdout + done.stderr
    done = snakemake(there, slurm, *ON_SLURM)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "submitted with SLURM jobid" in done.stdout + done.stderr
    assert there.digests() == here.digests()
    before = there.results()
    again = snakemake(there, slurm, *ON_SLURM)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "submitted with SLURM jobid" not in again.stdout + again.stderr
    assert there.results() == before
