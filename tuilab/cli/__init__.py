"""The command line: parse, call the lab, print. stdout carries the result, stderr the progress."""

from tuilab.cli.commands import app
from tuilab.cli.main import main

__all__ = ["app", "main"]
