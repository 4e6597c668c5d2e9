"""`python -m tests.standin.agreement`: how many captures of each group and deployment the stand-in answers alike."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tabulate import tabulate

from conformance.standin.dial import stand_in
from tests.standin.captures import KEYS, MORE, SETS, Capture, captures
from tests.standin.parity import Parity


async def differences(name: str, folder: Path, asked: Sequence[Capture] | None = None) -> dict[str, str]:
    """Ask a stand-in what a real Core was asked.

    Args:
        name: One of `SETS`.
        folder: For the files of the stand-in.
        asked: Those of its captures that are asked, in their order; all if None.

    Returns:
        What is answered in another way: the name of the capture, and the first difference.
    """
    every = captures(name)
    gateway = stand_in(name.removesuffix(MORE), folder, KEYS, all_samples=name.endswith(MORE))
    parity = Parity(gateway)
    await parity.learn_buckets(list(every))
    found = {one.name: await parity.difference(one) for one in (every if asked is None else asked)}
    return {one: difference for one, difference in found.items() if difference is not None}


def _table(asked: Sequence[Capture], different: dict[str, str], by: Callable[[Capture], str]) -> str:
    every, others = Counter(map(by, asked)), Counter(by(one) for one in asked if one.name in different)
    rows = [[name, count, count - others[name], others[name]] for name, count in every.most_common()]
    return tabulate(rows, headers=["", "captures", "alike", "different"])


def compared(name: str, asked: Sequence[Capture], shown: int) -> Iterator[str]:
    """Return what is to be printed of a set: totals, tables, and the first differences."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        different = asyncio.run(differences(name, Path(folder), asked))
    yield f"{name}: {len(asked) - len(different)} of {len(asked)} alike, {time.process_time() - began:.1f} s"
    yield _table(asked, different, lambda one: one.group)
    yield _table(asked, different, lambda one: one.deployment)
    yield from (f"{one}: {different[one]}" for one in list(different)[:shown])


def main(arguments: Sequence[str]) -> None:
    """Print the tables of the sets, and the differences that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.standin.agreement")
    parser.add_argument("--set", choices=SETS, action="append", help="all by default")
    parser.add_argument("--group", action="append", help="ask only these: near, chat, file, ...")
    parser.add_argument("--deployment", action="append", help="ask only these")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print that many differences")
    options = parser.parse_args(arguments)
    for name in options.set or SETS:
        asked = [
            one
            for one in captures(name)
            if (not options.group or one.group in options.group)
            and (not options.deployment or one.deployment in options.deployment)
        ]
        sys.stdout.writelines(f"{line}\n" for line in compared(name, asked, options.show))


if __name__ == "__main__":
    main(sys.argv[1:])
