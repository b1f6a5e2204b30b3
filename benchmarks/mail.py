"""An SMTP server in a process of its own: `python -m benchmarks.mail PORT SECONDS FILE`.

Each of its answers takes so many seconds. It keeps of each mail it took the Message-ID, a line of
FILE.
"""

import asyncio
import email
import logging
import sys

from aiosmtpd.smtp import SMTP, Envelope, Session


class SlowServer(SMTP):
    """Waits before each answer, not before each line of one."""

    def __init__(self, keeper: "Keeper", seconds: float) -> None:
        super().__init__(keeper, hostname="mail.bench.example", enable_SMTPUTF8=True)
        self._seconds = seconds

    async def push(self, status: str | bytes) -> None:
        is_last_line = status[3:4] not in ("-", b"-")
        if self._seconds and is_last_line:
            await asyncio.sleep(self._seconds)
        await super().push(status)


class Keeper:
    """Writes down what is taken before it says so."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "a", encoding="ascii", buffering=1)  # noqa: SIM115 - its whole life

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        mail = email.message_from_bytes(envelope.content or b"")
        print(mail["Message-ID"], file=self._file)
        return "250 OK"


async def serve(port: int, seconds: float, path: str) -> None:
    keeper, loop = Keeper(path), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SlowServer(keeper, seconds), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def main() -> None:
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    port, seconds, path = sys.argv[1:]
    asyncio.run(serve(int(port), float(seconds), path))


if __name__ == "__main__":
    main()
