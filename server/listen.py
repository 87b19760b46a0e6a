"""Opens the door: a socket on this machine's own address, and the server behind it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

from server.data_folder import hold_data_folder
from server.errors import BindError
from server.security import check_bind
from server.settings import Settings

GRACE_S = 3
MAX_SOCKET_MESSAGE = 65_536
TRIES = 50


def open_socket(host: str, port: int, *, or_next: bool = False) -> socket.socket:
    """A bound socket; port 0 takes any.

    Args:
        host: An address of this machine.
        port: The port.
        or_next: Whether to take the next free port where this one is taken.

    Raises:
        BindError: The address may not be listened on, or the port is taken.
    """
    check_bind(host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + TRIES, 65_536) if or_next else port + 1):
        try:
            return socket.create_server((host, candidate), family=family)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise BindError(f"cannot listen on {host}:{candidate} ({error.strerror})") from error
    raise BindError(f"port {port} of {host} is taken; give another one with --port")


def run_server(settings: Settings, listening: socket.socket, on_ready: Callable[[str], None]) -> None:
    """Serve until somebody ends it.

    Args:
        settings: Of the server.
        listening: From ``open_socket``.
        on_ready: Told the address once requests are answered.

    Raises:
        DataFolderBusyError: Another server works on the data folder.
    """
    import uvicorn

    from server.app import create_app

    class Server(uvicorn.Server):
        """Says when it is ready."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                on_ready(_url(listening))

    with hold_data_folder(settings):
        config = uvicorn.Config(
            create_app(settings),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
            ws_max_size=MAX_SOCKET_MESSAGE,
        )
        Server(config).run(sockets=[listening])


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
