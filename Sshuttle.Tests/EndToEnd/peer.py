#!/usr/bin/python3
"""The talkers of the lab: small TCP services on the target, and loads that use them and check every byte.

peer.py serve                     the services, until killed: echo (port 7), deaf (9: never reads), source (19: sends what
                                  a line "SIZE SEED" asks for), sink (20: answers size and digest), who (21: tells the
                                  caller's address), early (23: half-closes first, writes what it then read to a file)
peer.py echo HOST COUNT SEED      COUNT connections at once; each sends 0 to 1 MB, half-closes, compares the echo
peer.py source HOST COUNT SEED    COUNT connections at once; each half-closes, is sent 0 to 1 MB and compares
peer.py hold HOST COUNT           COUNT connections, all open at the same time, each gets one answer
peer.py stall HOST BYTES          asks for BYTES, reads none of them; says "stalled", ends with its input
peer.py send HOST BYTES SEED      sends BYTES to the sink and compares the digest that comes back
peer.py receive HOST BYTES SEED   asks the source for BYTES and compares the digest
All end with a line beginning "ok" and status 0, or tell what differed with status 1.
"""
import asyncio
import hashlib
import os
import random
import sys

ECHO, DEAF, SOURCE, SINK, WHO, EARLY = 7, 9, 19, 20, 21, 23
CHUNK = 1 << 18
DEADLINE = 120


def noise(seed, size):
    """size reproducible bytes in chunks: cheap, and no chunk is like another."""
    base = random.Random(seed).randbytes(CHUNK)
    for number in range((size + CHUNK - 1) // CHUNK):
        chunk = number.to_bytes(8, "big") + base[8:]
        yield chunk[: min(CHUNK, size - number * CHUNK)]


async def read_to_digest(reader):
    digest, size = hashlib.sha256(), 0
    while data := await reader.read(CHUNK):
        digest.update(data)
        size += len(data)
    return size, digest.hexdigest()


async def serve_echo(reader, writer):
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()


async def serve_source(reader, writer):
    size, seed = (int(word) for word in (await reader.readline()).split())
    for chunk in noise(seed, size):
        writer.write(chunk)
        await writer.drain()


async def serve_sink(reader, writer):
    size, digest = await read_to_digest(reader)
    writer.write(b"%d %s\n" % (size, digest.encode()))


async def serve_who(reader, writer):
    writer.write(writer.get_extra_info("peername")[0].encode() + b"\n")


async def serve_early(reader, writer):
    writer.write(b"bye\n")
    writer.write_eof()
    size, digest = await read_to_digest(reader)
    with open(os.path.join(os.path.dirname(sys.argv[0]), "early"), "w") as file:
        file.write(f"{size} {digest}\n")


async def serve_deaf(reader, writer):
    await asyncio.Event().wait()


def guarded(service):
    async def handler(reader, writer):
        try:
            await service(reader, writer)
            await writer.drain()
        except (OSError, ValueError):
            pass
        finally:
            writer.close()

    return handler


async def serve():
    services = {
        ECHO: serve_echo,
        DEAF: serve_deaf,
        SOURCE: serve_source,
        SINK: serve_sink,
        WHO: serve_who,
        EARLY: serve_early,
    }
    for port, service in services.items():
        await asyncio.start_server(guarded(service), None, port, limit=CHUNK, backlog=4096)
    print("ready", flush=True)
    await asyncio.Event().wait()


async def send_all(writer, chunks):
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()
    writer.write_eof()


async def echo_one(host, seed):
    size = random.Random(seed).choice([0, 1, 2047, 65536, random.Random(seed + 1).randrange(1000000)])
    reader, writer = await asyncio.open_connection(host, ECHO, limit=CHUNK)
    sender = asyncio.create_task(send_all(writer, noise(seed, size)))
    got = await read_to_digest(reader)
    await sender
    writer.close()
    return got == expected(seed, size) or f"echo {seed}: sent {size}, got {got}"


def expected(seed, size):
    digest = hashlib.sha256()
    for chunk in noise(seed, size):
        digest.update(chunk)
    return size, digest.hexdigest()


async def source_one(host, seed, size=None):
    if size is None:
        size = random.Random(seed).randrange(1000000)
    reader, writer = await asyncio.open_connection(host, SOURCE, limit=CHUNK)
    writer.write(b"%d %d\n" % (size, seed))
    writer.write_eof()
    got = await read_to_digest(reader)
    writer.close()
    return got == expected(seed, size) or f"source {seed}: asked for {size}, got {got}"


async def send_one(host, seed, size):
    reader, writer = await asyncio.open_connection(host, SINK, limit=CHUNK)
    await send_all(writer, noise(seed, size))
    got = (await reader.read()).decode().split()
    writer.close()
    want = expected(seed, size)
    return got == [str(want[0]), want[1]] or f"sink: sent {want}, it had {got}"


async def many(one, host, count, seed):
    results = await asyncio.gather(*(one(host, seed + number) for number in range(count)), return_exceptions=True)
    return report(results)


def report(results):
    wrong = [result for result in results if result is not True]
    for result in wrong[:10]:
        print(repr(result))
    print("ok" if not wrong else "wrong", len(results) - len(wrong), "of", len(results))
    return 1 if wrong else 0


async def hold(host, count):
    opened = []
    gate = asyncio.Semaphore(100)

    async def one(number):
        async with gate:
            reader, writer = await asyncio.open_connection(host, ECHO)
            opened.append(writer)
        line = b"%d\n" % number
        writer.write(line)
        got = await reader.readline()
        return got == line or f"hold {number}: got {got}"

    status = report(await asyncio.gather(*(one(number) for number in range(count)), return_exceptions=True))
    for writer in opened:
        writer.close()
    return status


async def stall(host, size):
    reader, writer = await asyncio.open_connection(host, SOURCE, limit=1)
    writer.write(b"%d 1\n" % size)
    await writer.drain()
    writer.transport.pause_reading()
    print("stalled", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print("ok")
    return 0


async def main(words):
    if words == ["serve"]:
        return await serve()
    load, host, numbers = words[0], words[1], [int(word) for word in words[2:]]
    if load == "echo":
        return await many(echo_one, host, *numbers)
    if load == "source":
        return await many(source_one, host, *numbers)
    if load == "hold":
        return await hold(host, *numbers)
    if load == "stall":
        return await stall(host, *numbers)
    if load == "send":
        return report([await send_one(host, numbers[1], numbers[0])])
    if load == "receive":
        return report([await source_one(host, numbers[1], numbers[0])])
    raise SystemExit(__doc__)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    job = main(sys.argv[1:])
    if sys.argv[1] != "serve":
        job = asyncio.wait_for(job, DEADLINE)
    sys.exit(asyncio.run(job))
