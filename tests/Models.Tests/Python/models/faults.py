"""Everything a model can do wrong, chosen by its input."""
import os
import signal
import subprocess
import sys
import time

input_variables = ["what", "n"]
output_variables = ["y"]
NAMES = ["fine", "prints", "hangs", "allocates", "exits", "aborts", "wrong_name", "text", "array", "raises", "writes_protocol", "child_hangs", "closes", "environment", "missing", "object", "floods", "none", "starts", "starts_and_exits", "starts_and_crashes"]


class Faults:
    kept = []
    calls = 0

    def evaluate(self, inputs):
        self.calls += 1
        return getattr(self, NAMES[int(inputs["what"])])(inputs["n"])

    def fine(self, n):
        return {"y": n + 1.0}

    def prints(self, n):
        print("hello from the model", int(n))
        sys.stdout.flush()
        os.write(1, b"straight to descriptor 1\n")
        return {"y": float(self.calls)}

    def hangs(self, n):
        while True:
            time.sleep(3600)

    def child_hangs(self, n):
        pid = os.fork()
        if pid == 0:
            while True:
                time.sleep(3600)
        print("child", pid, flush=True)
        os._exit(3)

    def starts(self, n):
        print("child", subprocess.Popen(["sleep", "3600"], start_new_session=True).pid, flush=True)
        return {"y": n}

    def starts_and_exits(self, n):
        self.starts(n)
        os._exit(5)

    def starts_and_crashes(self, n):
        self.starts(n)
        self.aborts(n)

    def allocates(self, n):
        while True:
            self.kept.append(bytearray(16 << 20))

    def exits(self, n):
        print("giving up because of a bad magnet", flush=True)
        sys.exit(int(n))

    def aborts(self, n):
        os.kill(os.getpid(), signal.SIGSEGV)
        time.sleep(60)

    def wrong_name(self, n):
        return {"z": n}

    def missing(self, n):
        return {}

    def text(self, n):
        return {"y": "a text"}

    def array(self, n):
        return {"y": [1.0, 2.0, 3.0]}

    def object(self, n):
        return {"y": object()}

    def none(self, n):
        return None

    def raises(self, n):
        raise ValueError("the gun is off")

    def writes_protocol(self, n):
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, b"\xff" * 64)
            except OSError:
                pass
        return {"y": n}

    def closes(self, n):
        os.closerange(3, 256)
        time.sleep(3600)

    def environment(self, n):
        for name, value in sorted(os.environ.items()):
            print("%s=%s" % (name, value))
        return {"y": float(len(os.environ))}

    def floods(self, n):
        os.write(2, b"x" * 3000000)
        for i in range(2000):
            print("line", i)
        return {"y": n}


class FaultsFactory:
    def get_model(self):
        return Faults()
