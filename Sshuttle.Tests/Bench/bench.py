#!/usr/bin/python3 -B
"""make bench: this sshuttle beside ssh itself, ssh -L and the Python sshuttle, all in one run on one machine.

Makes the lab, visits the tools in turn in each scenario, and writes figures.md, figures.json and figures.svg.
Where a tool was measured several times, figures are medians."""
import argparse
import hashlib
import json
import os
import pathlib
import platform
import re
import signal
import subprocess
import sys
import time

import report
from lab import DIRECT, HERE, Failed, Lab
from scenarios import all_scenarios
from tools import RawPipe, Sshuttle, all_tools


class Recorder:
    """Takes the figures of one tool in one scenario."""

    def __init__(self, values, failures):
        self._values, self._failures = values, failures

    def __call__(self, figure, value):
        self._values.setdefault(figure, []).append(value)

    def failed(self, why):
        self._failures.append(why)


def arguments():
    scenarios, tools = all_scenarios(), all_tools()
    parser = argparse.ArgumentParser(
        prog="make bench BENCH=...", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="scenarios:\n" + "".join(f"  {name:12}{scenario.title}\n" for name, scenario in scenarios.items())
        + "tools:\n" + "".join(f"  {tool.name:12}{tool.label}\n" for tool in tools))
    parser.add_argument("--only", metavar="SCENARIOS", help="separated by commas (default: all)")
    parser.add_argument("--tools", metavar="TOOLS", help="separated by commas (default: those the scenario is about)")
    parser.add_argument("--seconds", type=float, default=3, help="that each thing is measured (default: 3)")
    parser.add_argument("--rounds", type=int, help="visits to each tool (default: by scenario, 1 to 5)")
    parser.add_argument("--congestion", default="cubic", help="TCP congestion control of all hosts (default: cubic)")
    parser.add_argument("--queue", type=float, default=100, help="of the emulated links, in ms at their rate (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="of the random loss (default: 1)")
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parent / "bin" / "bench", help="where to write")
    parser.add_argument("--binary", type=pathlib.Path, default=HERE.parent.parent / "sshuttle", help="(default: ./sshuttle)")
    parser.add_argument("--against", type=pathlib.Path, metavar="BINARY", help="another build, measured wherever this one is")
    parsed = parser.parse_args()
    parsed.scenarios = pick(parser, parsed.only, scenarios)
    parsed.tools = pick(parser, parsed.tools, {tool.name: tool for tool in tools})
    if parsed.against and "ours" in parsed.tools:
        parsed.tools["against"] = Sshuttle("against", "the other build", str(parsed.against.resolve()))
        for scenario in scenarios.values():
            scenario.tools += ["against"] if "ours" in scenario.tools else []
    if os.geteuid() != 0:
        parser.error("making hosts out of namespaces needs root")
    if not parsed.binary.exists():
        parser.error(f"there is no {parsed.binary}: run 'make' first")
    return parsed


def pick(parser, names, known):
    if names is None:
        return known
    chosen = names.split(",")
    for name in chosen:
        if name not in known:
            parser.error(f"no such scenario or tool: {name}; there are {', '.join(known)}")
    return {name: known[name] for name in known if name in chosen}


def output(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=10, check=False)
    except OSError:
        return ""
    return done.stdout.decode(errors="replace").strip()


def machine(options):
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal: +(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return {
        "date": time.strftime("%Y-%m-%d"),
        "cpu": f"{os.cpu_count()} x {cpu[1] if cpu else platform.machine()}",
        "memory": f"{int(memory[1]) / 2**20:.1f} GiB",
        "kernel": platform.release(),
        "ssh": output("ssh", "-V"),
        "sshuttle": output(options.binary, "--version").splitlines()[0],
        "binary sha256": hashlib.sha256(options.binary.read_bytes()).hexdigest()[:16],
        "binary size": f"{options.binary.stat().st_size} bytes",
        "Python sshuttle": output("dpkg-query", "-W", "-f", "${Version}", "sshuttle"),
        "Python": output("/usr/bin/python3", "-V"),
        "congestion control": options.congestion,
        "queue of emulated links": f"{options.queue:g} ms",
        "seconds measured": options.seconds,
    }


def ciphers(lab, tools):
    """What each tool's connection is encrypted with, as the server logs it."""
    found = {}
    for tool in tools:
        lab.server.shell(": >/var/log/sshd-2022")
        try:
            if isinstance(tool, RawPipe):
                tool.launch(lab, DIRECT)
                lab.client.shell(f"{tool.ssh(DIRECT, 2022)} true", "local")
            else:
                tool.open(lab, DIRECT, 2022)
            log = "\n".join(lab.server.shell("cat /var/log/sshd-2022"))
            found[tool.name] = re.findall(r"kex: server->client cipher: (\S+)", log)[-1]
        except (Failed, IndexError) as failure:
            found[tool.name] = f"unknown: {failure}"
        finally:
            tool.close()
    return found


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(options):
    tools = list(options.tools.values())
    if "--tunnels" not in output(options.binary, "--help"):
        tools = [tool for tool in tools if tool.name != "ours-4"]
    result = {"machine": machine(options), "tools": {tool.name: tool.label for tool in tools}, "scenarios": {}}
    begun = time.monotonic()
    lab = Lab(options.binary, options.congestion)
    try:
        used = {name for scenario in options.scenarios.values() for name in scenario.tools}
        say("ciphers")
        # Opening each once also leaves our server in the remote cache.
        result["ciphers"] = ciphers(lab, [tool for tool in tools if tool.name in used])
        for name, scenario in options.scenarios.items():
            say(f"{name}: {scenario.title}")
            visited = [tool for tool in tools if tool.name in scenario.tools]
            figures = {tool.name: {} for tool in visited}
            failures = {tool.name: [] for tool in visited}
            entry = {"title": scenario.title, "load": [os.getloadavg()[0]], "figures": figures, "failures": failures}
            result["scenarios"][name] = entry

            def recorder(tool, figures=figures, failures=failures):
                return Recorder(figures[tool.name], failures[tool.name])

            for number in range(options.rounds or scenario.rounds):
                say(f"  round {number + 1}")
                now = [tool for tool in visited if number == 0 or tool.name not in scenario.once]
                if scenario.shape:
                    scenario.shape.queue = options.queue
                    with lab.far(scenario.shape, options.seed + number):
                        scenario.visits(lab, now, recorder, options.seconds, say)
                else:
                    scenario.visits(lab, now, recorder, options.seconds, say)
            entry["load"].append(os.getloadavg()[0])
    finally:
        lab.close()
    result["machine"]["duration"] = f"{(time.monotonic() - begun) / 60:.1f} minutes"
    return result


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    result = run(options)
    options.out.mkdir(parents=True, exist_ok=True)
    text = report.markdown(result)
    (options.out / "figures.json").write_text(json.dumps(result, indent=1) + "\n")
    (options.out / "figures.md").write_text(text)
    (options.out / "figures.svg").write_text(report.picture(result))
    print(text)
    say(f"written to {options.out}/figures.md, .json, .svg")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except Failed as error:
        sys.exit(f"bench: {error}")
