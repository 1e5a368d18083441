#!/usr/bin/python3
"""run.py BUILD SECONDS [--brief] [READER...] : each fuzzed reader of a build for so many seconds, from generated seeds; what is found new is kept
in BUILD/corpus. --brief: two at once, from the seeds alone, with one and the same chance; for every landing.

Prints one line of TAP a reader. One that runs no input, or that has no seeds, has failed. A failing input stands in BUILD/corpus."""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import seeds

AT_ONCE = 2
MOST_LINES = 60  # shown of a failure


def environment(result):
    return dict(os.environ, ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1:quarantine_size_mb=16",
                UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1", LSAN_OPTIONS=f"suppressions={seeds.SOURCE}/tests/lsan.supp:print_suppressions=0",
                THUSO_FUZZ_RESULT=str(result))


def quoted(word):
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in word.encode()) + '"'


class Fuzzers:
    def __init__(self, build, seconds, brief, folder):
        self.exe, self.thuso = build / "tests" / "fuzz" / "fuzz", build / "src" / "cli" / "thuso"
        self.seconds, self.brief, self.folder = seconds, brief, folder
        self.corpus = folder / "corpus" if brief else build / "corpus"
        self.found = build / "corpus"
        self.found.mkdir(exist_ok=True)
        self.result = folder / "w" / "results" / "out.gpkg"

    def readers(self):
        """Name -> whether it reads text."""
        lines = subprocess.run([self.exe, "--list"], capture_output=True, text=True, check=True).stdout.splitlines()
        return {line.split()[0]: line.split()[1] == "text" for line in lines}

    def make_result(self):
        seeds.world.build(self.folder / "w")
        subprocess.run([self.thuso, "run", self.folder / "w" / "study.yaml", "--quiet", "--no-cache"], check=True, stdout=subprocess.DEVNULL, env=environment(self.result))

    def write_seeds(self, name):
        corpus, n = self.corpus / name, 0
        corpus.mkdir(parents=True, exist_ok=True)
        for n, seed in enumerate(seeds.SEEDS[name](self.folder), 1):
            (corpus / f"seed-{n}").write_bytes(seed)
        return corpus, n

    def dictionary(self, name):
        path = self.folder / f"{name}.dict"
        path.write_text("\n".join(map(quoted, seeds.words(name, self.thuso))) + "\n")
        return [f"-dict={path}"]

    def run(self, name, is_text):
        """(good, what to show, inputs)

        Brief: leaks are looked for once, at the end; that says that there is one, and the long run says of which input."""
        corpus, n = self.write_seeds(name)
        words = [self.exe, f"--reader={name}", corpus, f"-max_total_time={self.seconds}", "-timeout=20", "-rss_limit_mb=3000", f"-max_len={seeds.LONGEST.get(name, 50000)}",
                 f"-artifact_prefix={self.found}/{name}-", "-print_final_stats=1", "-verbosity=0", *(["-seed=1", "-detect_leaks=0"] if self.brief else []), *(self.dictionary(name) if is_text else [])]
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", env=environment(self.result))
        runs = re.findall(r"number_of_executed_units:\s*(\d+)", done.stderr)
        inputs = int(runs[0]) if runs else 0
        return done.returncode == 0 and n > 0 and inputs > n, done.stderr.splitlines()[-MOST_LINES:], inputs


def main(build, seconds, brief, chosen):
    failed = 0
    with tempfile.TemporaryDirectory(prefix="thuso-fuzz-") as folder, concurrent.futures.ThreadPoolExecutor(AT_ONCE if brief else 1) as pool:
        fuzzers = Fuzzers(build, seconds, brief, pathlib.Path(folder))
        readers = {name: text for name, text in fuzzers.readers().items() if not chosen or name in chosen}
        print(f"1..{len(readers)}", flush=True)
        seeds.check(fuzzers.thuso)
        fuzzers.make_result()
        for number, (name, done) in enumerate([(name, pool.submit(fuzzers.run, name, text)) for name, text in readers.items()], 1):
            good, lines, inputs = done.result()
            failed += not good
            if not good:
                print("\n".join("# " + line for line in lines))
            print(f"{'ok' if good else 'not ok'} {number} fuzz {name}: {inputs} inputs", flush=True)
    return failed > 0


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--brief"]
    sys.exit(main(pathlib.Path(words[0]).resolve(), int(words[1]), "--brief" in sys.argv, words[2:]))
