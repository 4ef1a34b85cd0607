from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.study import made_up_city


@dataclass(frozen=True)
class Told:
    """What the command line left: exit code, output, errors."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The made-up city's files; not to be changed."""
    return made_up_city.write_files(tmp_path_factory.mktemp("testerham"))


@pytest.fixture
def evenhand(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The command line, run here: give the words, get exit code, output and errors. Nobody sits at the terminal."""
    from evenhand import cli

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def run(*words: object) -> Told:
        capsys.readouterr()
        code: object = 0
        try:
            cli.main([str(word) for word in words])
        except SystemExit as left:
            code = left.code
        told = capsys.readouterr()
        return Told(int(code or 0), told.out, told.err)

    return run


def files_in(folder: Path) -> list[str]:
    """Every file below a folder, hidden ones too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
