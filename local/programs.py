"""Which programs make up the product on one machine, and the words that start each."""

import sys
from pathlib import Path

from local.emulator import emulator_command, forgetful_command
from local.environment import Ports
from local.folder import DataFolder
from local.options import Options
from local.supervisor import Program

ROOT = Path(__file__).parent.parent
WEB_PAGES = ROOT / "web" / "dist"
SAMPLES = ROOT / "samples"


def database_program(folder: DataFolder, ports: Ports, *, lasting: bool) -> Program:
    """Return the program that plays DynamoDB; one that is not lasting forgets everything at its end."""
    if lasting:
        return Program("dynamodb", emulator_command(ports.emulator, database=folder.database), ports.emulator)
    return Program("dynamodb", forgetful_command(ports.emulator), ports.emulator, ends_the_run=True)


def preparation() -> Program:
    """Return the program that makes the tables and reads in the sample exams, then ends."""
    return Program("prepare", _python("local.prepare"))


def lasting_programs(folder: DataFolder, ports: Ports, options: Options) -> list[Program]:
    """Return everything that runs as long as the run does, but for the database."""
    workers = [
        Program(f"api-{number}", _python("local.gateway", "--port", str(port)), port)
        for number, port in enumerate(ports.workers, start=1)
    ]
    simulators = [
        Program(name, _simulator(name, port, folder), port) for name, port in ports.simulators.items()
    ]
    pump = Program("pump", _python("local.pump", "--minute-s", str(options.minute_s)))
    return [*workers, pump, *simulators, _front(ports, options)]


def _front(ports: Ports, options: Options) -> Program:
    words = ["--host", options.host, "--port", str(ports.front)]
    for port in ports.workers:
        words += ["--worker", str(port)]
    for name, port in ports.simulators.items():
        words += ["--simulator", f"{name}={port}"]
    return Program("front", _python("local.front", *words), ports.front)


def _simulator(name: str, port: int, folder: DataFolder) -> list[str]:
    place = ["--port", str(port), "--root-path", f"/simulators/{name}"]
    return _python(f"local.simulators.{name}", *place, "--data", str(folder.simulators))


def _python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]
