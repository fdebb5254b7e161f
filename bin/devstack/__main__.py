"""python -m devstack check | run [--detach] | stop"""

from __future__ import annotations

import signal
import sys
import time

from . import demo, showcase
from .api import APIError
from .settings import Settings, StackError
from .stack import Stack
from .terminal import paint, step


def run(stack: Stack, detach: bool) -> None:
    with stack.lock():
        if stack.is_running:
            print(f"Sallyport is already running; bin/stop ends it.\n\n{showcase.what_next(stack)}")
            return
        began = time.monotonic()
        try:
            admin = stack.start()
            tokens = demo.seed(stack, admin)
            showcase.show(stack, tokens)
            stack.write_dev_json(tokens)
        except BaseException:
            stack.stop()
            raise
        print(showcase.what_next(stack))
        print(f"  {paint('Ready', 'green')} after {time.monotonic() - began:.1f} s.", end=" ")
        print("bin/stop ends it." if detach else "Ctrl-C ends it.", flush=True)
    if not detach:
        watch(stack)


def watch(stack: Stack) -> None:
    """Stays until Ctrl-C or SIGTERM; when a part ends by itself, says so and ends the rest."""

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ended)
    try:
        while stack.is_running:
            time.sleep(0.5)
        if not stack.settings.dev_json.exists():
            return
        for service in (stack.agent.service, stack.control_plane):
            if service.pid is None:
                raise StackError(f"{service.name} ended by itself\n{service.last_lines()}")
        raise StackError(f"PostgreSQL ended by itself: see {stack.postgres.log}")
    except KeyboardInterrupt:
        print()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with stack.lock():
            if stack.is_running or stack.settings.dev_json.exists():
                step("stopping the agent, the control plane and PostgreSQL")
                stack.stop()


def main() -> int:
    try:
        stack = Stack(Settings.from_environment())
        match sys.argv[1:]:
            case ["check"]:
                stack.refuse_taken_ports()
            case ["run"]:
                run(stack, detach=False)
            case ["run", "--detach"]:
                run(stack, detach=True)
            case ["stop"]:
                with stack.lock():
                    stack.stop()
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except (StackError, APIError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
