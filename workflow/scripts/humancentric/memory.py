"""The C library's allocator, set up for programs that take and free large tensors again and again."""

import ctypes

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # parameters of glibc's mallopt(3)
NEVER = 2**31 - 1


def keep_heap() -> bool:
    """Make glibc keep freed memory instead of giving it back to the kernel; return whether it listened.

    By default every large tensor is mapped afresh and its pages are faulted in one by one, which costs a
    convolutional network about half its time on a CPU. Other C libraries have no such call: nothing happens.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(M_MMAP_MAX, 0) and mallopt(M_TRIM_THRESHOLD, NEVER))
