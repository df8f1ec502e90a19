"""A mail server for tests: takes mails of whoever knows the password, and writes each into a folder with its envelope in the first line.

An address that begins with "unknown" is refused for good, one that begins with "later" for now. The names of the files are their order.
"""

import argparse
import asyncio
import itertools
import os
import pathlib
import ssl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Keep:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.number = itertools.count()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 No such mailbox"
        if address.startswith("later"):
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = f"{next(self.number):06d}.eml"
        line = f"{envelope.mail_from} to {', '.join(envelope.rcpt_tos)}\n"
        hidden = self.folder / (name + ".tmp")
        hidden.write_bytes(line.encode() + envelope.content)
        os.rename(hidden, self.folder / name)
        return "250 OK"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("implicit", "starttls"):
        parser.add_argument("--" + name, type=int, required=True)
    for name in ("certificate", "key", "folder", "password"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.certificate, options.key)
    keep = Keep(options.folder)

    def login(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == options.password.encode())

    common = dict(hostname="127.0.0.1", authenticator=login, auth_required=True)
    # Behind an encrypted port aiosmtpd does not see that the line is safe.
    Controller(keep, port=options.implicit, ssl_context=context, server_hostname="localhost", auth_require_tls=False, **common).start()
    Controller(keep, port=options.starttls, tls_context=context, server_hostname="localhost", require_starttls=True, **common).start()
    asyncio.new_event_loop().run_forever()


if __name__ == "__main__":
    main()
