"""Build and report one study twice, in two time zones and with one and two workers, and compare every byte.

python benchmarks/reproducible.py studies/demo.yml
"""

import os
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path


def run(study: str, home: Path, zone: str, workers: int) -> dict[str, str]:
    """File (relative to `home`) → SHA-256, for every table, page and raw capture."""
    environment = {**os.environ, "VOTE_COVERAGE_HOME": str(home), "TZ": zone, "LC_ALL": "C.UTF-8"}
    for command in (["import", study], ["build", study, "--workers", str(workers)], ["report", study]):
        subprocess.run(
            [sys.executable, "-m", "coverage", *command], env=environment, check=True, stdout=subprocess.DEVNULL
        )
    made = [path for folder in ("data", "reports") for path in sorted((home / folder).rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(home)): sha256(path.read_bytes()).hexdigest()
        for path in made
        if not path.name.startswith(".") and path.suffix not in (".lock",)
    }


def main() -> None:
    study = sys.argv[1] if len(sys.argv) > 1 else "studies/demo.yml"
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        first, second = run(study, Path(one), "Asia/Tokyo", 1), run(study, Path(two), "America/New_York", 2)
    different = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    kinds = {suffix: sum(name.endswith(suffix) for name in first) for suffix in (".warc.gz", ".parquet", ".html")}
    print(f"{study}: {len(first)} files compared ({kinds}), {len(different)} different")
    for name in different:
        print(f"  different: {name}")
    sys.exit(bool(different) or not all(kinds.values()))


if __name__ == "__main__":
    main()
