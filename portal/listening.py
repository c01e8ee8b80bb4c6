"""Where the site listens. No Django and no package here: `make run` asks before anything is set up."""

import argparse
import errno
import os
import socket

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # listened on, but no address of a page


class CannotListen(Exception):
    """The site cannot listen there; its text is one plain sentence."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says where to listen."""
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))


def where(arguments: list[str]) -> tuple[str, int]:
    """Return address and port from a command line that may say other things too."""
    parser = argparse.ArgumentParser(prog="make run", add_help=False, allow_abbrev=False)
    add_arguments(parser)
    known, _others = parser.parse_known_args(arguments)
    return known.address, known.port


def refuse_busy_port(address: str, port: int) -> None:
    """Raise CannotListen when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise CannotListen(f"Port {port} is in use: stop what uses it, or choose another with --port.") from error
        raise CannotListen(f"{address} port {port} cannot be listened on: {error}.") from error


def site_address(address: str, port: int) -> str:
    """Return the address at which a browser on this machine finds the site."""
    host = EVERYWHERE.get(address, address)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
