"""The hosts of EndToEnd/lab.sh, commands in them, and the emulated link between two of them. Every wait has a deadline."""
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
LAB = HERE.parent / "EndToEnd" / "lab.sh"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

TARGET = "198.51.100.2"
HTTP, SOURCE, ECHO, SINK = 80, 5019, 5007, 5020
# A port of its own: the kernel tracks what knocked before the rules were there, and would let a later connection with
# the same two ports go the same way.
KNOCK = 5008
DIRECT, FAR, FAR_NETWORK = "192.0.2.2", "203.0.113.2", "203.0.113"


class Failed(Exception):
    """Something measured did not work. The text goes into the report."""


class Running:
    """A command in a host: its lines with deadlines, and an end in any case."""

    def __init__(self, argv, stdin=subprocess.DEVNULL):
        self._error = tempfile.TemporaryFile()
        self._process = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.PIPE, stderr=self._error)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line.decode(errors="replace").rstrip("\n"))
        self._lines.put(None)

    @property
    def ended(self):
        return self._process.poll() is not None

    def error(self):
        self._error.seek(0)
        return self._error.read().decode(errors="replace").strip()[-500:].replace("\n", "; ")

    def line(self, seconds=60):
        """The next line of its output."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise Failed(f"no answer in {seconds} s; {self.error()}") from None
        if line is None:
            raise Failed(self.error() or "ended early")
        return line

    def rest(self, seconds=60):
        """Waits for its end: all further lines."""
        lines, limit = [], time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, limit - time.monotonic()))
            except queue.Empty:
                raise Failed(f"still running after {seconds} s; {self.error()}") from None
            if line is None:
                break
            lines.append(line)
        if self._process.wait(10) != 0:
            raise Failed(self.error() or f"ended with status {self._process.returncode}")
        return lines

    def stop(self, number=signal.SIGTERM, seconds=20):
        """Ends it: nsenter passes no signal on, so its child gets it."""
        if self._process.stdin:
            self._process.stdin.close()
        if not self.ended:
            for pid in children(self._process.pid) or [self._process.pid]:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                for pid in children(self._process.pid) + [self._process.pid]:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                self._process.wait(10)


def children(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


class Host:
    """One host, in which commands run as root or as one of its users."""

    def __init__(self, name, pid):
        self.name, self.pid = name, pid
        self.processes = os.readlink(f"/proc/{pid}/ns/pid")

    def argv(self, user, words):
        home = "/root" if user == "root" else f"/home/{user}"
        enter = ["nsenter", "-t", str(self.pid), "--mount", "--net", "--pid", "--uts", "--ipc", "--wd=/", "--"]
        if user != "root":
            enter += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--inh-caps=-all"]
        enter += ["env", "-i", "--default-signal", f"PATH={PATH}", f"HOME={home}", f"USER={user}", f"LOGNAME={user}",
                  "SHELL=/bin/sh", "TERM=dumb"]
        return enter + [str(word) for word in words]

    def start(self, user, *words, stdin=subprocess.DEVNULL):
        return Running(self.argv(user, words), stdin)

    def run(self, user, *words, seconds=60):
        running = self.start(user, *words)
        try:
            return running.rest(seconds)
        finally:
            running.stop(signal.SIGKILL)

    def shell(self, script, user="root", seconds=60):
        return self.run(user, "sh", "-ec", script, seconds=seconds)


class Lab:
    """The hosts client, server and target, with the loads running in the target."""

    def __init__(self, binary, congestion):
        self.congestion = congestion
        self.built = pathlib.Path(tempfile.mkdtemp(prefix="sshuttle-bench."))
        self.script = None
        try:
            for name in ("link", "load"):
                subprocess.run(["gcc", "-std=gnu17", "-O2", "-Wall", "-o", self.built / name, HERE / f"{name}.c", "-lm"], check=True)
            self.script = Running([LAB, "serve"], stdin=subprocess.PIPE)
            self._read_hosts()
            self._prepare(binary)
        except BaseException:
            self.close()
            raise

    def _read_hosts(self):
        hosts = {}
        while (line := self.script.line(60)) != "ready":
            word, *rest = line.split()
            if word == "dir":
                self.directory = pathlib.Path(rest[0])
            else:
                hosts[rest[0]] = Host(rest[0], int(rest[1]))
        self.client, self.server, self.target = hosts["client"], hosts["server"], hosts["target"]

    def _prepare(self, binary):
        self.load, self.sshuttle = self.directory / "load", self.directory / "sshuttle"
        shutil.copy(self.built / "load", self.load)
        shutil.copy(binary, self.sshuttle)
        (self.directory / "www" / "1k").write_bytes(b"x" * 1023 + b"\n")
        for host in (self.client, self.server, self.target):
            # What one tool's connections taught the kernel about a path must not help the next tool's.
            host.shell("sysctl -qw net.ipv4.tcp_no_metrics_save=1 net.ipv4.ip_local_port_range='13000 60999'")
            self.choose_congestion(host)
        self.server.shell("/usr/sbin/sshd -p 2022 -o LogLevel=DEBUG1 -E /var/log/sshd-2022")
        self.services = self.target.start("root", self.load, "serve", SOURCE, ECHO, KNOCK)

    def close(self):
        if self.script:
            self.script.stop()
        shutil.rmtree(self.built, ignore_errors=True)

    def choose_congestion(self, host):
        """By route, since not every algorithm may be made the default of a namespace."""
        host.shell("for table in local main; do ip -4 route show table $table | grep -v broadcast |"
                   f" while read -r route; do ip route change table $table $route congctl {self.congestion}; done; done")

    def far(self, shape, seed):
        return FarLink(self, shape, seed)


class Shape:
    """What a link is like, the same in both directions."""

    def __init__(self, rate, rtt, loss=0.0, queue=100.0):
        self.rate, self.rtt, self.loss, self.queue = rate, rtt, loss, queue

    def __str__(self):
        return f"{self.rate:g} Mbit/s, {self.rtt:g} ms" + (f", {self.loss:g} % loss" if self.loss else "")


class FarLink:
    """While it is open, the server is also at FAR, behind an emulated link."""

    def __init__(self, lab, shape, seed):
        direction = f"{shape.rate},{shape.rtt / 2},{shape.queue},{shape.loss}"
        self._program = Running([lab.built / "link", str(lab.client.pid), "far0", str(lab.server.pid), "far0",
                                 str(seed), direction, direction])
        try:
            self._program.line(10)
            for host, number in ((lab.client, 1), (lab.server, 2)):
                host.shell(f"ip addr add {FAR_NETWORK}.{number}/24 dev far0; ip link set far0 up")
                lab.choose_congestion(host)
        except BaseException:
            self.close()
            raise

    def close(self):
        self._program.stop()
        return "; ".join(self._program.rest(5))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
