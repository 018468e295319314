"""Imports point down, connectors know no database, one way leads out: import-linter's contracts hold."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.servers import ROOT


def test_every_contract_is_kept(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS, capsys.readouterr().out
