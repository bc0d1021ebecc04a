"""What keeps a model's faults in its process: its own session, limits, no way for its prints into the protocol, and death with the silo, together with whatever it started."""
import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
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
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        prctl = None                           # not Linux: the end of standard input still ends this process
    if prctl is not None:
        _leave_a_keeper(prctl, parent)
        prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    elif os.getppid() != parent:
        os._exit(0)
    if memory_bytes:
        # Data, not address space: libraries reserve far more addresses than they ever touch.
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _leave_a_keeper(prctl, parent):
    """The process the silo started stays behind as the keeper of the one it forks here, which returns and runs the model.

    The keeper never runs a line of the model. It inherits every orphan below it, so that it can end what the model started, in whatever session and however
    far down, when the model's process ends or when the silo dies. Then it ends the way the model's process did, which the silo reads from its exit code.
    """
    def silo_died(number, frame):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)      # told twice, by the silo and by the kernel, it must not leave its work half done
        raise SystemExit

    signal.signal(signal.SIGTERM, silo_died)
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)                            # the silo died before prctl
    keeper = os.getpid()
    model = os.fork()
    if model == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != keeper:
            os._exit(0)
        return
    status = 0
    try:
        # The pipes are the model's alone: their end must be seen when it ends.
        os.closerange(0, 256)
        ended = 0
        while ended != model:
            ended, status = os.wait()
    except BaseException:                      # the silo died; nobody is left to read a trace
        pass
    _end_all_below(keeper)
    if os.WIFSIGNALED(status):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if os.WTERMSIG(status) != signal.SIGKILL:
            signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(keeper, os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 1)


def _end_all_below(keeper):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        for process in _children(keeper):
            try:
                os.kill(process, signal.SIGKILL)
            except OSError:
                pass                           # it ended by itself
        try:
            os.wait()                          # what that one had started is ours now
        except ChildProcessError:
            return


def _children(parent):
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open("/proc/%s/stat" % entry, "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()       # proc(5): state and parent follow the name in parentheses
            except OSError:
                continue
            if int(fields[1]) == parent and fields[0] != b"Z":
                yield int(entry)
