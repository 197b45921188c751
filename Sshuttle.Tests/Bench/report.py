"""What a run came to: one table of medians with ratios, the targets, and a picture."""
import html
import statistics

# In the order of the table: figure, what it is, unit.
FIGURES = [
    ("down-1", "download, 1 stream", "Mbit/s"),
    ("up-1", "upload, 1 stream", "Mbit/s"),
    ("down-4", "download, 4 streams", "Mbit/s"),
    ("up-4", "upload, 4 streams", "Mbit/s"),
    ("down-8", "download, 8 streams", "Mbit/s"),
    ("up-8", "upload, 8 streams", "Mbit/s"),
    ("cpu-down", "CPU of client and server, download", "s/GB"),
    ("cpu-up", "CPU of client and server, upload", "s/GB"),
    ("ssh-cpu-down", "CPU of ssh and sshd, download", "s/GB"),
    ("ssh-cpu-up", "CPU of ssh and sshd, upload", "s/GB"),
    ("jain-down", "Jain index of 8 downloads", ""),
    ("jain-up", "Jain index of 8 uploads", ""),
    ("idle-p50", "small request, idle, p50", "ms"),
    ("idle-max", "small request, idle, max", "ms"),
    ("down-p50", "small request beside a download, p50", "ms"),
    ("down-max", "small request beside a download, max", "ms"),
    ("up-p50", "small request beside an upload, p50", "ms"),
    ("up-max", "small request beside an upload, max", "ms"),
    ("new", "new connections", "1/s"),
    ("new-errors", "of them failed, in all", ""),
    ("keep", "keep-alive requests", "1/s"),
    ("keep-p50", "keep-alive request, p50", "ms"),
    ("keep-p99", "keep-alive request, p99", "ms"),
    ("keep-errors", "of them failed, in all", ""),
    ("first-byte", "start to first byte", "ms"),
    ("login", "`ssh host true` at the same time", "ms"),
    ("solo", "active flow alone", "Mbit/s"),
    ("beside", "active flow beside the stalled", "Mbit/s"),
    ("growth-client", "client grew by", "MiB"),
    ("growth-server", "server grew by", "MiB"),
    *((f"{when}-{role}", f"{label}, {role}", "MiB")
      for when, label in (("idle", "idle"), ("after", "after bulk"), ("held", "with connections held"))
      for role in ("client", "server", "helper", "guard", "ssh", "sshd")),
    *((f"wakeups-{role}", f"wake-ups when idle, {role}", "1/s") for role in ("client", "server", "helper", "guard")),
    ("held", "connections held and answered, of 10,000", ""),
    ("held-rate", "opened and answered", "1/s"),
]


class Figures:
    """Medians by scenario, tool and figure; None where there is none."""

    def __init__(self, result):
        self._result = result

    def __call__(self, scenario, tool, figure):
        values = self._result["scenarios"].get(scenario, {}).get("figures", {}).get(tool, {}).get(figure)
        return statistics.median(values) if values else None

    def cipher_twin(self):
        """The raw pipe with the cipher that ours uses."""
        ciphers = self._result["ciphers"]
        same = ciphers.get("ours") == ciphers.get("raw-gcm") != ciphers.get("raw")
        return "raw-gcm" if same else "raw"


def number(value):
    if value is None:
        return ""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"


def ratio(value, base):
    return f"{value / base:.2f}" if value is not None and base else ""


def row(cells):
    return "| " + " | ".join(cells) + " |\n"


def markdown(result):
    figures = Figures(result)
    tools = [tool for tool in result["tools"] if any(entry["figures"].get(tool) for entry in result["scenarios"].values())]
    compared = [(base, label) for base, label in (("ssh-L", "ssh -L"), ("raw", "raw"), ("python", "Python")) if base in tools]
    if "ours" not in tools:
        compared = []
    head = [""] + [result["tools"][tool] for tool in tools] + [f"ours / {label}" for _, label in compared]
    text = "# Figures\n\n" + row(head) + row(["---"] + ["--:"] * (len(head) - 1))
    for name, entry in result["scenarios"].items():
        text += row([f"**{entry['title']}**"] + [""] * (len(head) - 1))
        for figure, label, unit in FIGURES:
            values = [figures(name, tool, figure) for tool in tools]
            if all(value is None for value in values) or (figure.endswith("errors") and not any(values)):
                continue
            ours = figures(name, "ours", figure)
            ratios = [ratio(ours, figures(name, base, figure)) for base, _ in compared] if unit else [""] * len(compared)
            text += row([label + (f", {unit}" if unit else "")] + [number(value) for value in values] + ratios)
    text += "\n" + failures(result) + targets(result)
    text += "## Machine\n\n" + "".join(f"- {name}: {value}\n" for name, value in result["machine"].items())
    text += "".join(f"- cipher of {result['tools'][tool]}: {cipher}\n" for tool, cipher in result["ciphers"].items())
    loads = [load for entry in result["scenarios"].values() for load in entry["load"]]
    return text + f"- load average of the machine: {min(loads):.1f} to {max(loads):.1f}\n"


def failures(result):
    lines = [f"- {entry['title']}: {result['tools'][tool]}: {why}\n"
             for entry in result["scenarios"].values() for tool, all_of in entry["failures"].items() for why in dict.fromkeys(all_of)]
    return "Failed:\n\n" + "".join(lines) + "\n" if lines else ""


def targets(result):
    figures = Figures(result)
    twin = figures.cipher_twin()
    rows = []

    def at_least(label, value, bound):
        rows.append((label, value, f">= {bound:g}", None if value is None else value >= bound))

    def at_most(label, value, bound):
        rows.append((label, value, f"<= {number(bound)}", None if value is None else value <= bound))

    def divided(scenario, figure, base, tool="ours"):
        value, other = figures(scenario, tool, figure), figures(scenario, base, figure)
        return value / other if value is not None and other else None

    def beyond(scenario, figure, other):
        value, base = figures(scenario, "ours", figure), figures(scenario, "ours", other)
        return value - base if value is not None and base is not None else None

    for way in ("down", "up"):
        load, a_load = ("download", "a download") if way == "down" else ("upload", "an upload")
        at_least(f"direct {load} / `ssh -L`", divided("direct", f"{way}-1", "ssh-L"), 0.9)
        at_least(f"direct {load} / raw pipe, same cipher", divided("direct", f"{way}-1", twin), 0.6)
        at_least(f"direct {load} / Python", divided("direct", f"{way}-1", "python"), 12)
        at_most(f"CPU of client and server, {load}, s/GB", figures("direct", "ours", f"cpu-{way}"), 2.0)
        for name, wait in (("link-100", 30), ("link-20", 100)):
            title = result["scenarios"].get(name, {}).get("title", name)
            at_least(f"{title}: {load} / raw pipe", divided(name, f"{way}-1", "raw"), 0.95)
            at_most(f"{title}: small request beside {a_load} - idle, ms", beyond(name, f"{way}-p50", "idle-p50"), wait)
        at_least(f"300 Mbit/s, 100 ms: {load} / raw pipe", divided("link-300", f"{way}-1", "raw"), 0.95)
        best = figures("link-300", "ours-4", f"{way}-4")
        at_least(f"300 Mbit/s, 100 ms: {load}, `--tunnels 4`, 4 streams / the line", best and best / 300, 0.8)
        at_least(f"50 Mbit/s, 40 ms, 0.5 % loss: {load} / raw pipe", divided("link-loss", f"{way}-1", "raw"), 0.95)
        at_most(f"50 Mbit/s, 40 ms, 0.5 % loss: request beside {a_load} / `ssh -L`'s", divided("link-loss", f"{way}-p50", "ssh-L"), 0.5)
        for name in ("direct", "fair"):
            at_least(f"{name}: Jain index of 8 {load}s", figures(name, "ours", f"jain-{way}"), 0.97)

    at_least("new connections / `ssh -L`", divided("requests", "new", "ssh-L"), 1)
    at_least("keep-alive requests / `ssh -L`", divided("requests", "keep", "ssh-L"), 1)
    at_least("connections held and answered", figures("memory", "ours", "held"), 10000)
    at_least("opened per second", figures("memory", "ours", "held-rate"), 2000)
    at_most("client with 10,000 held, MiB", figures("memory", "ours", "held-client"), 8 + 10000 * 4 / 1024)
    for role, most in (("client", 8), ("server", 6), ("helper", 4), ("guard", 4)):
        at_most(f"idle {role}, MiB", figures("memory", "ours", f"idle-{role}"), most)
    at_most("start to first byte - `ssh host true`, ms", beyond("start", "first-byte", "login"), 100)
    at_least("flow beside 100 stalled readers / alone", ours_beside(figures), 0.9)

    shown = [(label, value, bound, good) for label, value, bound, good in rows if value is not None]
    if not shown:
        return ""
    text = "## Targets\n\n" + row(["", "measured", "target", ""]) + row(["---", "--:", "--:", "---"])
    for label, value, bound, good in shown:
        text += row([label, number(value), bound, "met" if good else "**missed**"])
    return text + "\n"


def ours_beside(figures):
    solo, beside = figures("stalled", "ours", "solo"), figures("stalled", "ours", "beside")
    return beside / solo if solo and beside is not None else None


# The picture: panels of horizontal bars, two in a row.
PANELS = [
    ("direct", "down-1", "direct link: download, 1 stream", "Mbit/s"),
    ("direct", "cpu-down", "CPU of client and server (less is better)", "s/GB"),
    ("link-100", "down-1", "100 Mbit/s, 50 ms: download, 1 stream", "Mbit/s"),
    ("link-100", "down-p50", "100 Mbit/s, 50 ms: small request beside it (less is better)", "ms"),
    ("link-20", "down-1", "20 Mbit/s, 40 ms: download, 1 stream", "Mbit/s"),
    ("link-20", "down-p50", "20 Mbit/s, 40 ms: small request beside it (less is better)", "ms"),
    ("requests", "new", "new connections", "1/s"),
    ("requests", "keep", "keep-alive requests", "1/s"),
]
PANEL_WIDTH, BAR, NAMES, NUMBERS = 470, 18, 150, 75
SHORT = {"python-free": "Python, no limit", "python": "Python sshuttle", "raw-gcm": "raw pipe, GCM", "raw": "raw ssh pipe",
         "ssh-L-gcm": "ssh -L, GCM", "ours-4": "ours, 4 tunnels", "ours": "this sshuttle"}


def picture(result):
    figures = Figures(result)
    panels = []
    for scenario, figure, title, unit in PANELS:
        bars = [(tool, figures(scenario, tool, figure)) for tool in result["tools"]]
        bars = [(tool, value) for tool, value in bars if value]
        if bars:
            panels.append((title, unit, bars))

    parts, top = [], 10
    for index in range(0, len(panels), 2):
        pair = panels[index : index + 2]
        for column, (title, unit, bars) in enumerate(pair):
            parts += panel(10 + column * PANEL_WIDTH, top, title, unit, bars)
        top += 40 + BAR * max(len(bars) for _, _, bars in pair)
    width = 10 + PANEL_WIDTH * 2
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" height="{top}" '
            f'font-family="sans-serif" font-size="12"><rect width="{width}" height="{top}" fill="#ffffff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


def panel(left, top, title, unit, bars):
    yield f'<text x="{left}" y="{top + 14}" font-weight="bold" fill="#222222">{html.escape(title)}</text>'
    longest = max(value for _, value in bars)
    space = PANEL_WIDTH - NAMES - NUMBERS - 20
    for index, (tool, value) in enumerate(bars):
        y = top + 24 + index * BAR
        length = max(1, space * value / longest)
        colour = "#1f6f43" if tool.startswith("ours") else "#9aa5b1"
        yield f'<text x="{left + NAMES - 6}" y="{y + 11}" text-anchor="end" fill="#222222">{SHORT.get(tool, tool)}</text>'
        yield f'<rect x="{left + NAMES}" y="{y}" width="{length:.1f}" height="{BAR - 4}" fill="{colour}"/>'
        yield f'<text x="{left + NAMES + length + 5:.1f}" y="{y + 11}" fill="#222222">{number(value)} {unit}</text>'
