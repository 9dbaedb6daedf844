"""The service manager's side of systemd's protocol: a datagram socket and what came in on it."""

import asyncio
import socket
from types import TracebackType
from typing import Self


class ServiceManager:
    """Listens at `address` while it is open: a path, or `@` and a name. Give `name` as $NOTIFY_SOCKET."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def __enter__(self) -> Self:
        self._socket.bind("\0" + self.name[1:] if self.name.startswith("@") else self.name)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._socket.close()

    async def hears(self) -> list[str]:
        """Return the lines of the next message; the test's own time limit ends a wait in vain."""
        return (await asyncio.get_running_loop().sock_recv(self._socket, 4096)).decode().split("\n")

    async def hears_until(self, line: str) -> list[str]:
        """Return every line up to the message that holds `line`."""
        heard: list[str] = []
        while line not in heard:
            heard += await self.hears()
        return heard

    def heard(self) -> list[str]:
        """Return the lines that are waiting to be heard, without waiting for more."""
        lines: list[str] = []
        while True:
            try:
                lines += self._socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                return lines
