"""Start-up times: `import coverage` and `vote-coverage --help`, beside a bare Python and `import pandas`; median of nine runs.

Target: both at most 0.4 s.
"""

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import coverage": [sys.executable, "-c", "import coverage"],
    "vote-coverage --help": [sys.executable, "-m", "coverage", "--help"],
    "import pandas (peer)": [sys.executable, "-c", "import pandas"],
}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    for name, command in COMMANDS.items():
        seconds(command)
        print(f"{name:24} {statistics.median(seconds(command) for _ in range(9)):.3f} s")


if __name__ == "__main__":
    main()
