"""Limits for child processes, to be passed as `preexec_fn`."""

import ctypes
import os
import resource
from collections.abc import Callable

# An operation of prctl, and the capabilities that let root ignore file modes.
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


def obey_modes() -> None:
    """Make root obey the modes of files and folders, too."""
    if os.geteuid() == 0:
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            assert ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0


def largest_file(size: int) -> Callable[[], None]:
    """Return the function that limits files to `size` bytes, to imitate a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
