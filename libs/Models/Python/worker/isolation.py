"""What keeps a model's faults in this process: its own session, limits, no way for its prints into the protocol, and death with the silo."""
import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_F_SETPIPE_SZ = 1031


def take_protocol():
    """The pipes of the protocol under numbers of our own; what the model prints goes to standard error, what it reads is empty."""
    reader, writer = os.dup(0), os.dup(1)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    for descriptor in (reader, writer):
        try:
            import fcntl
            fcntl.fcntl(descriptor, _F_SETPIPE_SZ, 1 << 20)
        except (ImportError, OSError):
            pass                               # small pipes are slower, nothing else
    return reader, writer


def confine(parent, memory_bytes):
    os.setsid()
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    except (OSError, AttributeError):
        pass                                   # not Linux: the end of standard input still ends this process
    if os.getppid() != parent:
        sys.exit(0)                            # the silo died before prctl
    if memory_bytes:
        # Data, not address space: libraries reserve far more addresses than they ever touch.
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
