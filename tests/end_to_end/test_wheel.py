"""The product as a wheel, in an environment without its repository: the command, the data files, the code location."""

import os
import shlex
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import yaml

from pipelines.cli.session import WORKSPACE

ROOT = Path(__file__).parents[2]
Installed = tuple[Path, Path]  # the folder of its programs, an empty working folder
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a separate environment, with the dependencies of this one, without the project."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(_copy(folder))]
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *build], check=True)
    venv.create(folder / "env", with_pip=False, symlinks=True)
    (site,) = (folder / "env" / "lib").glob("python3*/site-packages")
    dependencies = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    (site / "dependencies.pth").write_text(f"{dependencies}\n")  # a plain path: .pth files in it are not read
    (wheel,) = folder.glob("*.whl")
    install = ["install", "--quiet", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *install], check=True)
    empty = folder / "empty"
    empty.mkdir()
    return folder / "env" / "bin", empty


def _copy(folder: Path) -> Path:
    """The files of the project that git tracks or would track: a build leaves files next to its sources."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if name.partition("/")[0] in (
            "schemas",
            "assets",
            "pipelines",
            "simulator",
            "pyproject.toml",
            "README.md",
            "LICENSE",
        ):
            target = folder / "sources" / name
            if (ROOT / name).is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes((ROOT / name).read_bytes())
    return folder / "sources"


def run(installed: Installed, *arguments: str) -> str:
    programs, empty = installed
    ours = ("PYTHONPATH", "CAKUPAN_", "DAGSTER_HOME")
    environment = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    command = [str(programs / "python"), *arguments]
    done = subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_modules_are_those_of_the_wheel(installed: Installed) -> None:
    found = run(
        installed,
        "-c",
        "import assets, pipelines, schemas; print(assets.__file__, pipelines.__file__, schemas.__file__)",
    )
    assert found.count("/env/lib/") == 3


def test_a_month_is_simulated_and_looked_at(installed: Installed) -> None:
    run(installed, "-m", "pipelines.cli.main", "simulate", "--month", "2024-12", "--scale", "0.0001")
    assert "2024-12" in run(installed, "-m", "pipelines.cli.main", "status")


def test_the_first_ten_minutes(installed: Installed) -> None:
    """The demo, and each command that its last screen names."""
    command = ("-m", "pipelines.cli.main")
    assert run(installed, *command, "--version").startswith("cakupan 0.")
    screen = run(installed, *command, "demo", "--scale", "0.0001")
    lines = screen.splitlines()
    shown = [line for line in lines if not line.startswith("note: ")]  # on the standard error
    assert len(shown) <= 24
    assert max(map(len, shown)) <= 80
    named = {line[:10].strip(): line[12:] for line in shown if line[10:12] == "  "}
    for name in ("Internal", "Public"):
        assert (installed[1] / named[name] / "coverage.duckdb").exists()
    for name in ("Report", "Findings", "SQL", "Quarantine"):
        arguments = shlex.split(named[name])
        assert arguments.pop(0) == "cakupan"
        assert len(run(installed, *command, *arguments)) > 40, name
    assert run(installed, *command, "ask").count("\n") > 15
    assert "obliged_debtors" in run(installed, *command, "ask", "kur").replace("\n", " ")
    run(installed, *command, "sql", "FROM coverage_headline", "--xlsx", "headline.xlsx")
    assert (installed[1] / "headline.xlsx").stat().st_size > 10_000


def test_dagster_loads_the_code_location(installed: Installed) -> None:
    workspace = run(installed, "-c", "from pipelines.cli.session import workspace; print(workspace())").strip()
    assert "Validation successful" in run(installed, "-m", "dagster", "definitions", "validate", "-w", workspace)


def test_the_workspace_of_the_repository_loads_the_same() -> None:
    assert yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8")) == WORKSPACE
