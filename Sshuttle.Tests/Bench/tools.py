"""The programs that are compared. Each is opened to a server address, tells where a service of the target is reached
through it, and knows its processes."""
import pathlib
import signal
import time

from lab import ECHO, HTTP, KNOCK, SINK, SOURCE, TARGET, Failed

GCM = "aes128-gcm@openssh.com"
NETWORK = "198.51.100.0/24"
FORWARDED = 4000  # added to a port of the target; below those that connections from here get
TICKS = 100  # of /proc/PID/stat in a second, on every Linux of today


class Tool:
    """One program, open or not. Only the raw pipe carries nothing but one stream."""

    carries_connections = True

    def __init__(self, name, label):
        self.name, self.label = name, label
        self._running = None

    def command(self, lab, server, port):
        raise NotImplementedError

    def reach(self, port):
        """Where the client finds a port of the target."""
        return TARGET, port

    def launch(self, lab, server, port=22):
        self._lab, self._before = lab, {process.pid for process in processes(lab)}
        command = self.command(lab, server, port)
        if command:
            self._running = lab.client.start("local", *command)

    def open(self, lab, server, port=22):
        """Starts it and waits until it carries."""
        self.launch(lab, server, port)
        if not self.carries_connections:
            return
        try:
            lab.client.run("root", lab.load, "first", *self.reach(KNOCK), seconds=40)
        except Failed as failure:
            said = self._running.error()
            self.close()
            raise Failed(f"did not start: {said or failure}") from None

    def close(self):
        if self._running:
            self._running.stop(signal.SIGTERM)
        self._running = None
        limit = time.monotonic() + 10
        while self.processes() and time.monotonic() < limit:
            time.sleep(0.05)

    def processes(self):
        """What it has started, on both ends."""
        return [process for process in processes(self._lab) if process.pid not in self._before and process.role]


class RawPipe(Tool):
    carries_connections = False

    def __init__(self, name, label, cipher=None):
        super().__init__(name, label)
        self.cipher = cipher

    def command(self, lab, server, port):
        return []

    def ssh(self, server, port=22):
        return f"ssh -p {port} {server}" if not self.cipher else f"ssh -p {port} -c {self.cipher} {server}"


class Forward(Tool):
    def __init__(self, name, label, cipher=None):
        super().__init__(name, label)
        self.cipher = cipher

    def command(self, lab, server, port):
        forwards = [word for service in (HTTP, SOURCE, ECHO, SINK, KNOCK)
                    for word in ("-L", f"127.0.0.1:{FORWARDED + service}:{TARGET}:{service}")]
        return ["ssh", "-p", port, *(["-c", self.cipher] if self.cipher else []),
                "-o", "ExitOnForwardFailure=yes", "-N", *forwards, server]

    def reach(self, port):
        return "127.0.0.1", FORWARDED + port


class Sshuttle(Tool):
    def __init__(self, name, label, program=None, options=()):
        super().__init__(name, label)
        self.program, self.options = program, options

    def command(self, lab, server, port):
        return [self.program or lab.sshuttle, *self.options, "-r", f"remote@{server}:{port}", NETWORK]


def all_tools():
    python = "/usr/bin/sshuttle"
    return [
        RawPipe("raw", "raw ssh pipe"),
        RawPipe("raw-gcm", "raw ssh pipe, AES-GCM", GCM),
        Forward("ssh-L", "ssh -L"),
        Forward("ssh-L-gcm", "ssh -L, AES-GCM", GCM),
        Sshuttle("python", "Python sshuttle", python),
        Sshuttle("python-free", "Python sshuttle --no-latency-control", python, ["--no-latency-control"]),
        Sshuttle("ours", "this sshuttle"),
        Sshuttle("ours-4", "this sshuttle --tunnels 4", None, ["--tunnels", "4"]),
    ]


class Process:
    """A process of the client or the server host. Its role is None where it is no part of a tool."""

    def __init__(self, pid, host):
        directory = pathlib.Path(f"/proc/{pid}")
        self.pid = pid
        name = (directory / "comm").read_text().strip()
        words = (directory / "cmdline").read_bytes().decode(errors="replace").split("\0")
        # Fields 14 and 15 of the line, counted from behind the name, which may hold blanks.
        fields = (directory / "stat").read_text().rpartition(")")[2].split()
        self.cpu = (int(fields[11]) + int(fields[12])) / TICKS
        status = (directory / "status").read_text()
        self.rss = int(status.partition("VmRSS:")[2].split()[0]) / 1024 if "VmRSS:" in status else 0.0
        self.role = self._role(host, name, words)
        # Of all its threads, as is the CPU time above.
        self.wakeups = sum(int((thread / "status").read_text().partition("\nvoluntary_ctxt_switches:")[2].split()[0])
                           for thread in (directory / "task").iterdir())

    @staticmethod
    def _role(host, name, words):
        if name in ("load", "wrk", "nsenter", "setpriv", "env", "sleep", "sh", "bash", "cat", "sudo", "ip", "nft") or not words[0]:
            return None
        if name in ("ssh", "sshd", "sshd-session"):
            return "ssh" if host == "client" else "sshd"
        for role in ("firewall", "guard"):
            if f"--{role}" in words:
                return "helper" if role == "firewall" else "guard"
        return host


def processes(lab):
    found = []
    for host in (lab.client, lab.server):
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if (entry / "ns" / "pid").readlink().name == host.processes:
                    found.append(Process(int(entry.name), host.name))
            except (OSError, IndexError):
                continue  # it has ended meanwhile
    return found


def cpu(tool):
    """CPU seconds so far: of its own processes, and of ssh and sshd."""
    own = crypto = 0.0
    for process in tool.processes():
        if process.role in ("ssh", "sshd"):
            crypto += process.cpu
        else:
            own += process.cpu
    return own, crypto


def by_role(tool, measure):
    """Of more than one process in a role, the sum."""
    roles = {}
    for process in tool.processes():
        roles[process.role] = roles.get(process.role, 0) + measure(process)
    return roles


def memory(tool):
    """MiB resident by role."""
    return by_role(tool, lambda process: process.rss)


def wakeups(tool):
    """How often it has waited so far, by role."""
    return by_role(tool, lambda process: process.wakeups)
