"""Check a release before its tag is pushed: build it, install it, run it, and state what it is made of.

python -m scripts.release_check [--out FOLDER]

What is committed is built. FOLDER (dist/ by default) gets the wheel, the source archive, their digests, the software
bill of materials (CycloneDX) and `release-check.txt`. Exits with status 1 if a check fails. A check that could not be
made on this machine, for want of a Python version or a network, is listed as not made and does not fail.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.first_commands import run as run_first_commands

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PIP_LICENSES, PIP_AUDIT = "pip-licenses==5.5.5", "pip-audit==2.10.0"
SECONDS = 120
MEBIBYTE = 2**20


class Account:
    """What was checked, what failed and what could not be checked; every line is printed as it comes."""

    def __init__(self) -> None:
        """Nothing is checked yet."""
        self.lines: list[str] = []
        self.failed = 0

    def passed(self, text: str) -> None:
        """A check that passed."""
        self._line("passed", text)

    def fault(self, text: str) -> None:
        """A check that failed."""
        self.failed += 1
        self._line("FAILED", text)

    def not_made(self, text: str) -> None:
        """A check that could not be made here."""
        self._line("not made", text)

    def _line(self, verdict: str, text: str) -> None:
        self.lines.append(f"{verdict:9} {text}")
        print(self.lines[-1], flush=True)


def uv() -> str:
    """The uv of this machine, or of the checkout."""
    return shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")


def call(*words: str | Path, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program and keep what it prints."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | variables
    return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """The last line that a program printed as its error."""
    return (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1].strip()


def project() -> dict[str, Any]:
    """The table `project` of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def check_version(account: Account) -> None:
    """The same version stands in every file that states one, and the changelog begins with it."""
    version = project()["version"]
    wrong = [name for name, stated in stated_versions().items() if stated != version]
    if wrong:
        account.fault(f"version {version} is not the one in {', '.join(wrong)}")
    else:
        account.passed(f"version {version} is the one in the changelog and in every file of metadata")


def stated_versions() -> dict[str, str | None]:
    """The version that each file states, by the name of the file."""
    patterns = {
        "CHANGELOG.md": r"^## (\S+) \(\d{4}-\d{2}-\d{2}\)$",
        "CITATION.cff": r"^version: (\S+)$",
        "codemeta.json": r'^  "version": "([^"]+)",?$',
        "publiccode.yml": r"^softwareVersion: (\S+)$",
    }
    stated = {}
    for name, pattern in patterns.items():
        match = re.search(pattern, (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        stated[name] = match[1] if match else None
    return stated


def build_twice(account: Account, work: Path, out: Path) -> Path:
    """Build from two copies of the commit in different folders, compare all bytes, and return the wheel."""
    moment = call("git", "log", "-1", "--format=%ct").stdout.strip()
    digests = []
    for place in (work / "one" / "checkout", work / "second" / "a-longer-path" / "checkout"):
        place.mkdir(parents=True)
        archive = work / "commit.tar"
        for words in (["git", "archive", "--output", archive, "HEAD"], ["tar", "-xf", archive, "-C", place]):
            if (done := call(*words)).returncode:
                raise SystemExit(f"{words[0]}: {last_line(done)}")
        built = call(uv(), "build", "--quiet", "--out-dir", place.parent / "dist", cwd=place, SOURCE_DATE_EPOCH=moment)
        if built.returncode:
            raise SystemExit(f"uv build: {last_line(built)}")
        files = sorted(path for path in (place.parent / "dist").iterdir() if path.suffix in (".whl", ".gz"))
        digests.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files})
    if digests[0] != digests[1]:
        account.fault("two builds of the same commit differ: " + ", ".join(sorted(digests[0])))
    else:
        account.passed(f"two builds of the same commit are equal byte for byte: {', '.join(sorted(digests[0]))}")
    out.mkdir(parents=True, exist_ok=True)
    for name in digests[0]:
        shutil.copyfile(work / "one" / "dist" / name, out / name)
    sums = "".join(f"{digest}  {name}\n" for name, digest in digests[0].items())
    (out / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return next(out / name for name in digests[0] if name.endswith(".whl"))


def install(environment: Path, python: str, wheel: Path, extras: Sequence[str] = ()) -> str | None:
    """Make an empty environment and install the wheel with extras; the error, if it cannot be installed."""
    if not environment.exists() and (done := call(uv(), "venv", "--quiet", "--python", python, environment)).returncode:
        return last_line(done)
    asked = f"overt[{','.join(extras)}] @ {wheel.as_uri()}"
    for words in (["install", "--quiet", asked], ["check"]):
        done = call(uv(), "pip", *words, "--python", environment)
        if done.returncode:
            return last_line(done)
    return None


def check_pythons(account: Account, work: Path, wheel: Path) -> list[Path]:
    """Install the wheel plain on every version of Python, run the README's first commands; the environments."""
    environments = []
    for version in PYTHONS:
        environment = work / f"plain-{version}"
        if (done := call(uv(), "venv", "--quiet", "--python", version, environment)).returncode:
            account.not_made(f"Python {version}: {last_line(done)}")
            continue
        if error := install(environment, version, wheel):
            account.fault(f"Python {version}: the wheel cannot be installed: {error}")
            continue
        environments.append(environment)
        with tempfile.TemporaryDirectory() as folder:
            seconds, faults = run_first_commands(environment / "bin" / "python", Path(folder))
        for fault in faults:
            account.fault(f"Python {version}: {fault}")
        if seconds > SECONDS:
            account.fault(f"Python {version}: the first commands took {seconds:.0f} seconds, more than {SECONDS}")
        elif not faults:
            account.passed(f"Python {version}: plain install; first commands of the README in {seconds:.0f} seconds")
    return environments


def check_extras(account: Account, work: Path, wheel: Path, version: str) -> None:
    """Install the wheel with each extra into an empty environment, and start it."""
    for extra in sorted(project()["optional-dependencies"]):
        environment = work / f"extra-{extra}"
        error = install(environment, version, wheel, [extra])
        if error is None and (done := call(environment / "bin" / "overt", "--version")).returncode:
            error = last_line(done)
        shutil.rmtree(environment, ignore_errors=True)
        if error:
            account.fault(f"extra {extra} on Python {version}: {error}")
        else:
            account.passed(f"extra {extra} on Python {version}")


def sizes(environment: Path) -> Iterator[tuple[int, str]]:
    """Bytes on disk of each file and folder of an environment's packages, the largest first."""
    (packages,) = environment.glob("lib/python*/site-packages")
    totals = {
        place.name: sum(file.stat().st_size for file in (place, *place.rglob("*")) if file.is_file())
        for place in packages.iterdir()
    }
    yield from sorted(((size, name) for name, size in totals.items()), reverse=True)


def report_size(account: Account, environment: Path) -> None:
    """State the size of a plain install, and what it is made of."""
    parts = list(sizes(environment))
    largest = ", ".join(f"{name} {size / MEBIBYTE:.0f}" for size, name in parts[:6])
    account.passed(f"a plain install takes {sum(size for size, _ in parts) / MEBIBYTE:.0f} MiB: {largest}")


def write_bill(account: Account, out: Path) -> None:
    """Write the software bill of materials of all extras, from the locked versions."""
    words = ["--quiet", "--locked", "--no-dev", "--all-extras", "--format", "cyclonedx1.5", "--preview"]
    bill = out / "overt.cdx.json"
    done = call(uv(), "export", *words, "--output-file", bill)
    if done.returncode:
        account.fault(f"software bill of materials: {last_line(done)}")
        return
    components = json.loads(bill.read_text(encoding="utf-8"))["components"]
    account.passed(f"software bill of materials: {len(components)} components in {bill.name} (CycloneDX 1.5)")


def unlisted_licences(packages: Sequence[dict[str, str]], listed: dict[str, Any]) -> list[str]:
    """The packages whose licence is not in the list, each with what it states.

    A package with a choice of licences needs one of the list; one under several at once is listed by name.
    """
    unlisted = []
    for package in packages:
        stated = package["License"].lower()
        allowed = any(re.search(rf"\b{re.escape(word)}\b", stated) for word in listed["allowed"])
        alone = re.search(r"\b(a?gpl|general public)", stated) and " or " not in stated
        if package["Name"] not in listed["stated"] and (alone or not allowed):
            unlisted.append(f"{package['Name']} ({package['License']})")
    return unlisted


def check_licences(account: Account, work: Path, wheel: Path, version: str) -> None:
    """Compare the licences of all libraries of all extras with scripts/licences.toml."""
    environment = work / "all"
    if error := install(environment, version, wheel, sorted(project()["optional-dependencies"])):
        account.fault(f"all extras together on Python {version}: {error}")
        return
    python = environment / "bin" / "python"
    tool = ["tool", "run", "--quiet", "--python", version, "--from", PIP_LICENSES, "pip-licenses"]
    done = call(uv(), *tool, "--python", python, "--format", "json", "--from", "mixed", "--ignore-packages", "overt")
    if done.returncode:
        account.not_made(f"licences: {last_line(done)}")
        return
    packages = json.loads(done.stdout)
    listed = tomllib.loads((ROOT / "scripts" / "licences.toml").read_text(encoding="utf-8"))
    if unlisted := unlisted_licences(packages, listed):
        account.fault(f"licences that are not in scripts/licences.toml: {', '.join(unlisted)}")
    else:
        account.passed(f"the licences of {len(packages)} libraries are in scripts/licences.toml")


def check_vulnerabilities(account: Account, work: Path) -> None:
    """Look up the locked versions in the database of known vulnerabilities, where it can be reached."""
    locked = work / "requirements.txt"
    call(
        uv(), "export", "--quiet", "--locked", "--no-dev", "--all-extras", "--no-emit-project", "--output-file", locked
    )
    words = [
        "--requirement",
        locked,
        "--disable-pip",
        "--require-hashes",
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    done = call(uv(), "tool", "run", "--quiet", "--from", PIP_AUDIT, "pip-audit", *words)
    try:
        libraries = json.loads(done.stdout)["dependencies"]
    except ValueError:
        account.not_made(f"known vulnerabilities: no database could be had: {last_line(done)[:160]}")
        return
    known = [f"{each['name']} {fault['id']}" for each in libraries for fault in each.get("vulns", ())]
    if known:
        account.fault(f"known vulnerabilities: {', '.join(known)}")
    else:
        account.passed(f"no known vulnerability in {len(libraries)} libraries")


def main() -> int:
    """Make all checks and print them."""
    parser = argparse.ArgumentParser(description="Check a release before its tag is pushed.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder for what is published")
    out = parser.parse_args().out.absolute()
    account = Account()
    check_version(account)
    with tempfile.TemporaryDirectory(prefix="overt-release-") as folder:
        work = Path(folder)
        wheel = build_twice(account, work, out)
        environments = check_pythons(account, work, wheel)
        if not environments:
            account.fault("there is no version of Python on which the wheel could be tried")
        else:
            version = environments[0].name.removeprefix("plain-")
            report_size(account, environments[0])
            check_extras(account, work, wheel, version)
            check_licences(account, work, wheel, version)
        write_bill(account, out)
        check_vulnerabilities(account, work)
    print(f"{account.failed} failed; see {out}")
    (out / "release-check.txt").write_text("\n".join(account.lines) + "\n", encoding="utf-8")
    return 1 if account.failed else 0


if __name__ == "__main__":
    sys.exit(main())
