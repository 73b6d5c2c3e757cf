"""Time and memory of `vote-coverage build` on one study (already imported); memory is summed over the whole process tree.

python benchmarks/build.py studies/referendums-2022.yml      targets: at most 60 s and 1.5 GB
"""

import subprocess
import sys
import time

import psutil


def tree_bytes(process: psutil.Process) -> int:
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def main() -> None:
    study = sys.argv[1] if len(sys.argv) > 1 else "studies/demo.yml"
    start = time.perf_counter()
    build = subprocess.Popen([sys.executable, "-m", "coverage", "build", study])
    process, peak = psutil.Process(build.pid), 0
    while build.poll() is None:
        try:
            peak = max(peak, tree_bytes(process))
        except psutil.NoSuchProcess:
            break
        time.sleep(0.05)
    print(f"build of {study}: {time.perf_counter() - start:.1f} s, peak memory {peak / 1e9:.2f} GB")
    sys.exit(build.wait())


if __name__ == "__main__":
    main()
