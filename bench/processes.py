"""How much processor time a process and everything below it has spent, from /proc."""

import os
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
NANOSECONDS = 1_000_000_000


def parents() -> dict[int, int]:
    """Return who started whom: process -> parent."""
    found = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                found[int(entry.name)] = int(fields[1])
    return found


def below(root: int) -> list[int]:
    """Return a process and all its descendants."""
    started_by = parents()
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += [child for child, parent in started_by.items() if parent == process]
    return found


def spent(root: int) -> float:
    """Return the CPU seconds of a process, its descendants, and the children it has already buried."""
    seconds = sum(_own(process) for process in below(root))
    fields = _stat(root)
    return seconds + (int(fields[13]) + int(fields[14])) / TICKS if fields else seconds


def _own(process: int) -> float:
    """CPU seconds of one process: in nanoseconds per thread where the kernel tells, else in ticks."""
    total = 0
    try:
        for task in (PROC / str(process) / "task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / NANOSECONDS
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        fields = _stat(process)
        return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _stat(process: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent, …, utime (11), stime, cutime, cstime."""
    try:
        return (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
