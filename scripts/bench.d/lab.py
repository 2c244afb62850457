# SPDX-License-Identifier: Apache-2.0
"""Where things are, how pare is called, and the peers: processes that stay and answer
a JSON line with a JSON line."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OPENBLAS = "/usr/lib/x86_64-linux-gnu/openblas-openmp"
BUILD = ("build", "bench")
PROGRAMS = ["bench_limits", "bench_kmeans", "bench_codes", "bench_weights"]


def set_up(root, peers):
    """Packages and the release build."""
    subprocess.run([os.path.join(root, "scripts", "setup"), "bench" if peers else "run"], check=True)
    build = os.path.join(root, *BUILD)
    subprocess.run(["cmake", "--preset", "release", "-B", build, "-DPARE_TESTS=OFF"], cwd=root, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", build], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", build, "--target", *PROGRAMS], check=True, stdout=subprocess.DEVNULL)
    # Needs zstd's static library.
    subprocess.run(["cmake", "--build", build, "--target", "bench_huff0"], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def flags():
    for line in open("/proc/cpuinfo"):
        if line.startswith("flags"):
            return line.split()
    return []


# Memory that is kept once it was had, for the peers and for our programs that are
# measured as parts of a process.
KEPT_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "1073741824", "MALLOC_TOP_PAD_": "67108864",
               "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def peer_environment(threads):
    """The fastest that the peers were found to run: OpenBLAS on OpenMP threads, so that
    no two pools fight, the kernels of the widest vectors, and memory that is kept."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("OPENBLAS_", "OMP_", "PARE_"))}
    env.update(KEPT_MEMORY, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
    if os.path.isdir(OPENBLAS):
        env["LD_LIBRARY_PATH"] = OPENBLAS
    if "avx512f" in flags():
        env.update(OPENBLAS_CORETYPE="SkylakeX", ATEN_CPU_CAPABILITY="avx512")
    return env


class Peer:
    """peer_NAME.py under Debian's Python, one for each number of threads."""

    def __init__(self, lab, name, threads):
        env = dict(peer_environment(threads), PARE_DATA=lab.data, PARE_THREADS=str(threads))
        self.name = name
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([lab.python, os.path.join(HERE, f"peer_{name}.py")], env=env, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, bufsize=1)
        self.versions = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.log.seek(0)
            words = self.log.read().strip().split("\n")
            raise LookupError(f"peer {self.name}: {words[-1]}")
        return json.loads(line)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Lab:
    def __init__(self, root, args):
        self.root, self.rounds, self.threads, self.smoke, self.full = root, args.rounds, args.threads, args.smoke, args.full
        self.build = os.path.abspath(args.build or os.path.join(root, *BUILD))
        self.python = os.environ.get("PARE_BENCH_PYTHON", "/usr/bin/python3")
        self.with_peers = not args.no_peers
        self.peers, self.missing, self.limits, self.known = {}, [], [], {}
        self.temporary = tempfile.mkdtemp(prefix="pare-bench-")
        self.kept = {}
        self.find_data()

    def find_data(self):
        """MNIST where it is found, else Debian's Fashion-MNIST: the same shapes."""
        self.data, self.set = os.environ.get("PARE_DATA", ""), "mnist"
        if not os.path.exists(os.path.join(self.data, "train-images-idx3-ubyte.gz")):
            self.data, self.set = "/usr/share/datasets/fashion-mnist", "fashion-mnist"

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for peer in self.peers.values():
            if peer:
                peer.close()
        shutil.rmtree(self.temporary, ignore_errors=True)

    def peer(self, name, threads):
        """The peer, started once; None where it cannot run, which is said once."""
        if not self.with_peers:
            return None
        if (name, threads) not in self.peers:
            try:
                self.peers[name, threads] = Peer(self, name, threads)
                self.known.update(self.peers[name, threads].versions)
            except (LookupError, OSError) as why:
                self.peers[name, threads] = None
                if name not in self.missing:
                    self.missing.append(name)
                    print(f"missing: {why}", file=sys.stderr)
        return self.peers[name, threads]

    def versions(self):
        return dict(self.known)

    def program(self, name, *words):
        """Runs one of our programs; what it printed, JSON a line."""
        env = dict(os.environ, PARE_PLUGINS=os.path.join(self.build, "plugins"), **KEPT_MEMORY)
        done = subprocess.run([os.path.join(self.build, name), *map(str, words)], env=env, text=True,
                              capture_output=True)
        if done.returncode != 0:
            raise SystemExit(f"{name} {' '.join(map(str, words))}: {done.stderr.strip()}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]

    def pare(self, *words, fails=()):
        """Runs pare; its standard output."""
        env = {**{k: v for k, v in os.environ.items() if k != "PARE_PLUGINS"}, "PARE_NO_FIGURES": "1"}
        done = subprocess.run([os.path.join(self.build, "pare"), *map(str, words)], env=env, text=True,
                              capture_output=True)
        if done.returncode != 0 and done.returncode not in fails:
            raise SystemExit(f"pare {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def run(self, config, threads, *settings, fails=(), words=()):
        """A run of a config of ours in a folder of its own; its result."""
        sets = [word for setting in settings for word in ("--set", setting)]
        out = tempfile.mkdtemp(dir=self.temporary)
        text = self.pare("run", config, "--quiet", "--json", "--out", out, "--data", self.data, "--threads", threads,
                         "--set", f'data.name={self.set}', *sets, *words, fails=fails)
        return json.loads(text)

    def journal(self, result):
        with open(os.path.join(result["run_dir"], "journal.jsonl")) as file:
            return [json.loads(line) for line in file]

    def limit(self, name, threads):
        """A figure of the bench limits, measured once."""
        import bench_limits
        if not self.limits:
            self.limits = bench_limits.run(self)["rows"]
        for row in self.limits:
            if row["name"] == name and row["threads"] == threads:
                return row["pare"]["median"]
        return None

    # Models that several benches need, made once: the real thing with fewer epochs.

    def model(self, net):
        """A compressed model file, pruned and shared as in han2016."""
        if net not in self.kept:
            few = [f"data.samples={500 if self.smoke else 60000 if net == 'lenet300' else 20000}"]
            few += ["train.epochs=2", "args.rounds=2", "args.retrain_epochs=1", "args.last_epochs=2", "args.tune_epochs=1"]
            few += ["request.error=100", "request.ratio=1"]
            config = os.path.join(self.root, "configs", "han2016", f"{net}.cfg")
            self.kept[net] = self.run(config, max(self.threads), *few, fails=(1,))["model"]
        return self.kept[net]

    def dense_model(self, pruned):
        """LeNet-300-100 trained and, where asked, pruned to 8 %, its values not shared."""
        key = "pruned" if pruned else "dense"
        if key not in self.kept:
            few = [f"data.samples={500 if self.smoke else 60000}", f"args.pruned={'true' if pruned else 'false'}"]
            self.kept[key] = self.run(os.path.join(HERE, "weights.cfg"), max(self.threads), *few)["model"]
        return self.kept[key]

    def weights(self, model, param, which="all"):
        """The values of a parameter in a file of singles."""
        path = os.path.join(self.temporary, f"{len(os.listdir(self.temporary))}.f32")
        self.program("bench_weights", model, param, which, path)
        return path
