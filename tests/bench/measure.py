"""What the bench measures with: programs that run as long as they are needed, their CPU time and memory as the kernel
counts them, scrapes over loopback, and a raw write of as many bytes beside them."""
import contextlib
import os
import pathlib
import re
import select
import socket
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 900  # seconds, of every wait
ENOUGH_CPU = 0.5  # seconds; the kernel counts in ticks of 10 ms
MOST_RUNS = 2000
MOST_SECONDS = 20  # after which nothing is begun again
PIECE = 1 << 20


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mib(pid, key):
    """VmRSS is what it has now, VmHWM the most it had since forget_peak()."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.search(rf"{key}:\s+(\d+)", status)[1]) / 1024


def forget_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="utf-8")


def wait_for(what, condition, pause=0.02):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if found := condition():
                return found
        time.sleep(pause)
    raise SystemExit(f"ran out of time before {what}")


@contextlib.contextmanager
def running(*argv, log=None):
    """With a log, all that the program says goes there; without one, its lines are for line_of()."""
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(open(log, "wb")) if log else subprocess.PIPE
        process = stack.enter_context(subprocess.Popen(argv, stdout=output, stderr=output if log else None, bufsize=0))
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def line_of(process):
    if not select.select([process.stdout], [], [], PATIENCE)[0]:
        raise SystemExit(f"ran out of time before {process.args[0]} said anything")
    if line := process.stdout.readline().decode().strip():
        return line
    raise SystemExit(f"{process.args[0]} ended")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def receive(connection, keep=None):
    """Bytes until the other side closes, and when the first of them came."""
    size, first, buffer = 0, None, bytearray(PIECE)
    while count := connection.recv_into(buffer):
        first = first or time.monotonic()
        size += count
        if keep is not None:
            keep += buffer[:count]
    return size, first


def get(port, path, encoding="identity", keep=None):
    """As receive(), of an answer with its head."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: {encoding}\r\n"
                           "Connection: close\r\n\r\n".encode())
        return receive(connection, keep)


def body_of(port, path):
    """The body of a good answer that was sent in one piece, else OSError."""
    answer = bytearray()
    get(port, path, keep=answer)
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise OSError(head.decode())
    return body


def scrape(port, encoding, path="/metrics"):
    """Seconds in all, seconds to the first byte, bytes."""
    begun = time.monotonic()
    size, first = get(port, path, encoding)
    return time.monotonic() - begun, (first or begun) - begun, size


def count_series(text):
    """Of the gauges and counters that are ours: what the peers serve, too."""
    histograms = set(re.findall(rb"^# TYPE (\S+) histogram$", text, re.M))
    ours = text.count(b"\nvprotect_")
    return ours - sum(text.count(b"\n" + name + b"_") for name in histograms)


def middle(values):
    return sorted(values)[len(values) // 2]


def repeated(pid, work):
    """CPU seconds of the process for each run, and what the runs returned: as many as it takes until the ticks say it."""
    results, cpu, begun = [], cpu_seconds(pid), time.monotonic()
    while len(results) < MOST_RUNS and time.monotonic() - begun < MOST_SECONDS:
        results.append(work())
        if cpu_seconds(pid) - cpu >= ENOUGH_CPU and len(results) >= 3:
            break
    return (cpu_seconds(pid) - cpu) / len(results), results


def scrapes(port, pid, encoding, path="/metrics"):
    scrape(port, encoding, path)  # the first one may have to make what later ones find
    cpu, runs = repeated(pid, lambda: scrape(port, encoding, path))
    return {"seconds": middle([run[0] for run in runs]), "first_byte": middle([run[1] for run in runs]),
            "bytes": runs[-1][2], "cpu": cpu, "runs": len(runs)}


def at_once(port, pid, count=10):
    """Seconds until so many gzip scrapes that begin together are over, and the MiB that memory grew by at most."""
    forget_peak(pid)
    before = memory_mib(pid, "VmRSS")
    readers = [threading.Thread(target=scrape, args=(port, "gzip")) for _ in range(count)]
    begun = time.monotonic()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return {"seconds": time.monotonic() - begun, "growth_mib": memory_mib(pid, "VmHWM") - before}


def write_raw(listener, size, result):
    connection, _ = listener.accept()
    piece, cpu = bytes(65536), time.thread_time()
    with connection:
        for _ in range(size // len(piece)):
            connection.sendall(piece)
        connection.sendall(piece[:size % len(piece)])
        result.append(time.thread_time() - cpu)


def raw_write_once(size):
    result = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        writer = threading.Thread(target=write_raw, args=(listener, size, result))
        writer.start()
        begun = time.monotonic()
        with socket.create_connection(listener.getsockname(), PATIENCE) as connection:
            receive(connection)
        seconds = time.monotonic() - begun
        writer.join()
    return seconds, result[0]


def raw_write(size):
    """What a write loop takes for as many bytes, in a thread of its own: the limit of this machine."""
    count = max(5, min(200, round(1e9 / size)))
    runs = [raw_write_once(size) for _ in range(count)]
    return {"seconds": middle([run[0] for run in runs]), "cpu": sum(run[1] for run in runs) / count, "bytes": size}
