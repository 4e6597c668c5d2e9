"""`python -m tests.standin.accusations`: what the suite says of all healthy sample deployments, one line for each."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.standin.core.release import CORE_RELEASES
from conformance.standin.dial import KEYS, sample_names, stand_in
from conformance.standin.proof.in_process import check

SHOWN = (Verdict.VIOLATED, Verdict.ADVISORY, Verdict.COULD_NOT_RUN, Verdict.NOT_PROVEN, Verdict.HARNESS_ERROR)


def results(core: str, names: Sequence[str]) -> list[Result]:
    """Ask everything of a stand-in with all samples, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        return check(stand_in(core, Path(folder), KEYS, all_samples=True), (KEYS[0], KEYS[1]), names)


def lines(found: Iterable[Result]) -> Iterator[str]:
    """Return what does not simply pass: of each deployment the requirements, and how often."""
    counted = Counter((one.deployment or "the DIAL", one.verdict, one.requirement) for one in found)
    for deployment in dict.fromkeys(name for name, _, _ in counted):
        yield deployment
        for verdict in SHOWN:
            of_it = sorted((key[2], count) for key, count in counted.items() if key[:2] == (deployment, verdict))
            if of_it:
                yield f"  {verdict.value}: " + ", ".join(f"{one} x{count}" for one, count in of_it)


def main(arguments: Sequence[str]) -> None:
    """Print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.standin.accusations")
    parser.add_argument("--core", choices=CORE_RELEASES, action="append", help="all by default")
    parser.add_argument("--deployment", action="append", help="check only these")
    options = parser.parse_args(arguments)
    for core in options.core or CORE_RELEASES:
        sys.stdout.write(f"== {core}\n")
        found = results(core, options.deployment or sample_names(all_samples=True))
        sys.stdout.writelines(f"{line}\n" for line in lines(found))


if __name__ == "__main__":
    main(sys.argv[1:])
