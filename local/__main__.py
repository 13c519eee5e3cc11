"""`python -m local`: the whole product on one machine, until Ctrl-C."""

import sys
import threading
import time

from local.emulator import emulator_binary, hasten_stream
from local.environment import Ports, child_environment, product_environment, write_for_a_shell
from local.folder import DataFolder, StartError, check_folder, open_folder
from local.greeting import greeting
from local.options import Options, read_options
from local.programs import database_program, lasting_programs, preparation
from local.sockets import can_listen, free_ports
from local.supervisor import Supervisor, stop_on_signals

_UP_WITHIN_S = 90.0


def main() -> int:
    """Run the product; 0 when it was told to end, 1 when it could not start."""
    options = read_options(sys.argv[1:])
    stop = threading.Event()
    stop_on_signals(stop)
    try:
        ports = _choose_ports(options)
        folder, lock = open_folder(options.folder, fresh=options.fresh)
        with lock:
            check_folder(folder)
            _run(folder, ports, options, stop)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(folder: DataFolder, ports: Ports, options: Options, stop: threading.Event) -> None:
    began_at_s = time.monotonic()
    product = product_environment(folder, ports, public_url=options.public_url)
    write_for_a_shell(folder, product)
    supervisor = Supervisor(environment=child_environment(product), logs=folder.logs, say=_say, stop=stop)
    _say("Starting 正在启动 …")
    try:
        lasting = _data_lasts()
        supervisor.start(database_program(folder, ports, lasting=lasting))
        supervisor.wait_until_up(within_s=_UP_WITHIN_S, also={})
        if lasting:
            hasten_stream(folder.database)
        preparing = {"prepare": supervisor.run_once(preparation())}
        for program in lasting_programs(folder, ports, options):
            supervisor.start(program)
        supervisor.wait_until_up(within_s=_UP_WITHIN_S, also=preparing)
        if not stop.is_set():
            _say(greeting(options, took_s=time.monotonic() - began_at_s))
        supervisor.watch()
        _say("\nEnding 正在结束 …")
    finally:
        supervisor.end_all()


def _choose_ports(options: Options) -> Ports:
    if not can_listen(options.host, options.port):
        raise StartError(
            f"Port {options.port} of {options.host} cannot be had: end the program that has it, "
            'or choose another, for example make run ARGS="--port 9000".'
        )
    emulator, alipay, wechatpay, sms, verification, objects, control, *workers = free_ports(
        7 + options.processes
    )
    return Ports(
        front=options.port,
        emulator=emulator,
        workers=tuple(workers),
        alipay=alipay,
        wechatpay=wechatpay,
        sms=sms,
        verification=verification,
        objects=objects,
        control=control,
    )


def _data_lasts() -> bool:
    try:
        emulator_binary()
    except FileNotFoundError as error:
        _say(f"{error}. Another takes its place: what is entered lives only as long as this run.")
        return False
    return True


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
