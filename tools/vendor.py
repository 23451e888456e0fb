"""Keep the files made elsewhere: compare them with `tools/vendor.toml`, or fetch them again.

`--check` compares only. Without it every package is packed by npm (which needs Node.js and a
network), its listed files are copied into place, and the manifest gets their new checksums.
A file may name another package, `npm` and `version`, that it is taken from: a licence text, where
the package itself has none.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = Path("tools/vendor.toml")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0 when every vendored file is as the manifest says, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tools vendor", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only, fetch nothing")
    if not parser.parse_args(arguments).check:
        refresh()
    problems = find_problems()
    print("\n".join(problems) or "Every vendored file is as tools/vendor.toml says.")
    return 1 if problems else 0


def find_problems(root: Path = ROOT) -> list[str]:
    """Compare the vendored files below `root` with its manifest; one sentence for each fault."""
    manifest = read_manifest(root)
    problems = []
    for package in manifest["package"]:
        problems += [fault for file in package["files"] if (fault := file_fault(file, root))]
        if package["licence_text"] not in [file["to"] for file in package["files"]]:
            problems.append(f"{package['name']}: its licence text is not among its files.")
    return problems + [
        f"{path}: not listed in {MANIFEST}. List it there, or delete it."
        for path in unlisted_files(manifest, root)
    ]


def file_fault(file: dict, root: Path) -> str | None:
    """Say what is wrong with one listed file, or return None."""
    path = root / file["to"]
    if not path.is_file():
        return f"{file['to']}: missing. Run `python -m tools vendor`, or restore it with git."
    if sha256(path) != file["sha256"]:
        return f"{file['to']}: changed; its SHA-256 is not the one in {MANIFEST}."
    return None


def unlisted_files(manifest: dict, root: Path) -> list[str]:
    """List the files in the vendored folders that no package of the manifest names."""
    listed = {file["to"] for package in manifest["package"] for file in package["files"]}
    found = (path for folder in manifest["folders"] for path in (root / folder).rglob("*"))
    names = {path.relative_to(root).as_posix() for path in found if path.is_file()}
    return sorted(names - listed)


def refresh(root: Path = ROOT) -> None:
    """Fetch every package again and write the manifest with the checksums found."""
    manifest = read_manifest(root)
    for package in manifest["package"]:
        print(f"{package['npm']} {package['version']}")
        fetch(package, root)
    (root / MANIFEST).write_text(manifest_text(manifest, root), encoding="utf-8")


def fetch(package: dict, root: Path) -> None:
    """Pack what one package is made of, copy its files into place, note their checksums.

    Raises SystemExit when npm is missing, or when a package lacks a listed file.
    """
    files = [{"npm": package["npm"], "version": package["version"]} | f for f in package["files"]]
    names = {f"{file['npm']}@{file['version']}" for file in files}
    with tempfile.TemporaryDirectory() as folder:
        unpacked = {name: pack(name, Path(folder) / str(n)) for n, name in enumerate(names)}
        for file, listed in zip(files, package["files"], strict=True):
            name, target = f"{file['npm']}@{file['version']}", root / file["to"]
            source = unpacked[name] / file["from"]
            if not source.is_file():
                sys.exit(f"{name} has no file {file['from']}.")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            listed["sha256"] = sha256(target)


def pack(name: str, folder: Path) -> Path:
    """Download `package@version` with npm; return the folder it was unpacked into."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit(
            "npm was not found. Install Node.js to fetch vendored files; nothing else needs it."
        )
    folder.mkdir()
    subprocess.run([npm, "pack", "--silent", name], cwd=folder, check=True, capture_output=True)
    shutil.unpack_archive(next(folder.glob("*.tgz")), folder)
    return folder / "package"


def read_manifest(root: Path = ROOT) -> dict:
    """Read `tools/vendor.toml` below `root`."""
    return tomllib.loads((root / MANIFEST).read_text(encoding="utf-8"))


def manifest_text(manifest: dict, root: Path) -> str:
    """Write the manifest as TOML under the comment it already begins with."""
    old = (root / MANIFEST).read_text(encoding="utf-8")
    comment = "".join(line for line in old.splitlines(keepends=True) if line.startswith("#"))
    folders = ", ".join(f'"{folder}"' for folder in manifest["folders"])
    packages = "".join(package_text(package) for package in manifest["package"])
    return f"{comment}folders = [{folders}]\n{packages}"


def package_text(package: dict) -> str:
    """Write one package of the manifest as TOML: its own values, then a table for each file."""
    own = {key: value for key, value in package.items() if key != "files"}
    tables = [f"[[package.files]]\n{values_text(file)}" for file in package["files"]]
    return "\n" + "\n".join([f"[[package]]\n{values_text(own)}", *tables])


def values_text(values: dict[str, str]) -> str:
    """Write strings that hold no quote or backslash as TOML, one to a line."""
    return "".join(f'{key} = "{value}"\n' for key, value in values.items())


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
