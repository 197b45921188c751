"""What is measured. A scenario visits one tool at a time, round after round, so that all tools share the machine's moods."""
import re
import statistics
import subprocess
import time

from lab import DIRECT, ECHO, FAR, HTTP, KNOCK, SINK, SOURCE, Failed, Shape
from tools import RawPipe, cpu, memory, wakeups

LINKS = {
    "link-100": Shape(100, 50),
    "link-20": Shape(20, 40),
    "link-300": Shape(300, 100),
    "link-loss": Shape(50, 40, 0.5),
}
HELD, STALLED = 10000, 100
SLOW = "python python-free"


class Bulk:
    """What one bulk transfer came to."""

    def __init__(self, seconds, flows, own, crypto, requests):
        self.rate = sum(flows) * 8 / seconds / 1e6
        self.own, self.crypto = own / (sum(flows) / 1e9), crypto / (sum(flows) / 1e9)
        self.jain = sum(flows) ** 2 / (len(flows) * sum(flow * flow for flow in flows)) if any(flows) else 0.0
        self.requests = requests


def bulk(lab, tool, server, up, flows, warmup, seconds, probing=False):
    """One transfer by some flows. The receiver counts; small requests go beside it if asked for."""
    receive, started = [lab.load, "receive", warmup, seconds], []
    try:
        if isinstance(tool, RawPipe):
            ssh, words = tool.ssh(server), " ".join(str(word) for word in receive)
            line = f"cat /dev/zero | {ssh} {words} stdin" if up else f"{ssh} cat /dev/zero | {words} stdin"
            receiver = lab.client.start("local", "sh", "-c", line)
        elif up:
            receiver = lab.target.start("root", *receive, "listen", SINK, flows)
            started.append(receiver)
            receiver.line()
            started.append(lab.client.start("root", lab.load, "send", *tool.reach(SINK), flows))
        else:
            receiver = lab.client.start("root", *receive, "connect", *tool.reach(SOURCE), flows)
        started.append(receiver)

        receiver.line(60)
        own, crypto = cpu(tool)
        requests = probe(lab, tool, seconds - 0.2) if probing and tool.carries_connections else []
        _, window, *received = receiver.line(seconds + 60).split()
        own_after, crypto_after = cpu(tool)
        if not tool.carries_connections:
            receiver.rest(20)
        return Bulk(float(window), [int(count) for count in received], own_after - own, crypto_after - crypto, requests)
    finally:
        for running in started:
            running.stop()


def probe(lab, tool, seconds):
    """Small requests for so long, at least one: the ms of each."""
    lines = lab.client.run("root", lab.load, "probe", *tool.reach(HTTP), max(0.001, seconds), 50, seconds=seconds + 60)
    return [float(line) for line in lines]


def settle(lab, tool):
    """Waits until what an ended transfer left on its way is gone: an answer comes behind it."""
    if tool.carries_connections:
        probe(lab, tool, 0)
    else:
        time.sleep(0.5)


def wrk(lab, tool, seconds, *options):
    host, port = tool.reach(HTTP)
    text = "\n".join(lab.client.run("root", "wrk", "-t", 2, "-c", 50, "-d", f"{seconds}s", "--timeout", "10s", "--latency",
                                    *options, f"http://{host}:{port}/1k", seconds=seconds + 60))
    rate = re.search(r"Requests/sec: +([\d.]+)", text)
    if not rate:
        raise Failed(text)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    return float(rate[1]), latency(text, 50), latency(text, 99), sum(int(count) for count in errors.groups()) if errors else 0


def latency(text, percent):
    found = re.search(rf"{percent}% +([\d.]+)(us|ms|s)\b", text)
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]] if found else 0.0


def several(seconds):
    """Several streams are measured for a shorter time than one, so that a full run is no longer than a coffee."""
    return min(seconds, 2)


def direct(lab, tool, record, seconds):
    for flows in (1,) if isinstance(tool, RawPipe) else (1, 8):
        for up in (False, True):
            way = "up" if up else "down"
            # A first stream may wait some 2 s for ssh's memory management, while ssh's channel buffer grows.
            result = bulk(lab, tool, DIRECT, up, flows, *((3, seconds) if flows == 1 else (1, several(seconds))))
            record(f"{way}-{flows}", result.rate)
            if flows == 1:
                record(f"cpu-{way}", result.own)
                record(f"ssh-cpu-{way}", result.crypto)
            else:
                record(f"jain-{way}", result.jain)
            settle(lab, tool)


def requests(lab, tool, record, seconds):
    rate, _, _, errors = wrk(lab, tool, max(1, round(seconds)), "-H", "Connection: close")
    record("new", rate)
    record("new-errors", errors)
    rate, median, late, errors = wrk(lab, tool, max(1, round(seconds)))
    record("keep", rate)
    record("keep-p50", median)
    record("keep-p99", late)
    record("keep-errors", errors)


def start(lab, tool, record, _):
    """Not opened yet: this opens and closes it. The knocking begins before."""
    knocking = lab.client.start("root", lab.load, "first", *tool.reach(KNOCK))
    try:
        time.sleep(0.1)
        begun = time.monotonic()
        tool.launch(lab, DIRECT)
        record("first-byte", (float(knocking.line(40)) - begun) * 1000)
    finally:
        knocking.stop()
        tool.close()
    begun = time.monotonic()
    lab.client.run("local", "ssh", DIRECT, "true")
    record("login", (time.monotonic() - begun) * 1000)


def resident(tool, record, when):
    for role, size in memory(tool).items():
        record(f"{when}-{role}", size)


def rss(lab, tool, record, seconds):
    time.sleep(1)
    resident(tool, record, "idle")
    before, begun = wakeups(tool), time.monotonic()
    time.sleep(seconds)
    for role, count in wakeups(tool).items():
        record(f"wakeups-{role}", (count - before[role]) / (time.monotonic() - begun))
    for up in (False, True):
        bulk(lab, tool, DIRECT, up, 4, 0, seconds)
        settle(lab, tool)
    time.sleep(0.5)
    resident(tool, record, "after")
    holding = lab.client.start("root", lab.load, "hold", *tool.reach(ECHO), HELD, stdin=subprocess.PIPE)
    try:
        _, answered, took = holding.line(150).split()
        record("held", int(answered))
        record("held-rate", int(answered) / max(float(took), 0.001))
        resident(tool, record, "held")
    finally:
        holding.stop()


def stalled(lab, tool, record, seconds):
    record("solo", bulk(lab, tool, DIRECT, False, 1, 3, seconds).rate)
    settle(lab, tool)
    before = memory(tool)
    readers = lab.client.start("root", lab.load, "stall", *tool.reach(SOURCE), STALLED, stdin=subprocess.PIPE)
    try:
        readers.line(40)
        time.sleep(1)
        record("beside", bulk(lab, tool, DIRECT, False, 1, 3, seconds).rate)
        after = memory(tool)
    finally:
        readers.stop()
    for role in ("client", "server"):
        if role in after and role in before:
            record(f"growth-{role}", after[role] - before[role])


def far(lab, tool, record, seconds):
    if tool.carries_connections:
        idle = probe(lab, tool, min(1.5, seconds))
        record("idle-p50", statistics.median(idle))
        record("idle-max", max(idle))
    for flows in (1,) if isinstance(tool, RawPipe) else (1, 4):
        for up in (False, True):
            way = "up" if up else "down"
            result = bulk(lab, tool, FAR, up, flows, *((3, seconds) if flows == 1 else (1.5, several(seconds))), probing=flows == 1)
            record(f"{way}-{flows}", result.rate)
            if result.requests:
                record(f"{way}-p50", statistics.median(result.requests))
                record(f"{way}-max", max(result.requests))
            settle(lab, tool)


def far_with_loss(lab, tool, record, seconds):
    """Twice as long: how fast it goes is chance."""
    far(lab, tool, record, seconds * 2)


def fair(lab, tool, record, seconds):
    for up in (False, True):
        record("jain-up" if up else "jain-down", bulk(lab, tool, FAR, up, 8, 2, seconds).jain)
        settle(lab, tool)


class Scenario:
    """A function that visits a tool, which tools it visits by default, and how often: `once` those that would take too long."""

    def __init__(self, title, visit, tools, rounds, once="", shape=None, opened=True):
        self.title, self.visit, self.tools, self.rounds = title, visit, tools.split(), rounds
        self.once, self.shape, self.opened = once.split(), shape, opened
        self.server = FAR if shape else DIRECT

    def visits(self, lab, tools, recorder, seconds, say):
        """One round over the tools."""
        for tool in tools:
            begun = time.monotonic()
            try:
                if self.opened:
                    tool.open(lab, self.server)
                self.visit(lab, tool, recorder(tool), seconds)
            except Failed as failure:
                recorder(tool).failed(str(failure))
                say(f"    {tool.label}: failed: {failure}")
            finally:
                if self.opened:
                    tool.close()
            say(f"    {tool.label}: {time.monotonic() - begun:.0f} s")


def all_scenarios():
    tunnels = "ssh-L python python-free ours"
    scenarios = {
        "direct": Scenario("direct link, bulk", direct, "raw raw-gcm ssh-L ssh-L-gcm python python-free ours", 3, SLOW),
        "requests": Scenario("direct link, requests of 1 kB, 50 clients", requests, tunnels, 2),
        "start": Scenario("direct link, start to first byte", start, "ssh-L python ours", 5, opened=False),
        "memory": Scenario("resident memory", rss, "ssh-L python ours", 1),
        "stalled": Scenario(f"direct link, one flow beside {STALLED} stalled readers", stalled, tunnels, 1),
        "fair": Scenario(f"8 flows on {LINKS['link-100']}", fair, tunnels, 1, shape=LINKS["link-100"]),
    }
    for name, shape in LINKS.items():
        tools = "raw " + tunnels + (" ours-4" if name == "link-300" else "")
        scenarios[name] = Scenario(str(shape), far_with_loss if shape.loss else far, tools, 2, SLOW, shape)
    return scenarios
