"""What the platform's services keep things in: PostgreSQL, Redis, and OpenBao, which knows the passwords.

No more of each protocol than they use, and nothing but Python's standard library. Every failure is a StoreError (or OSError,
from the network): the connection is then given up, and the next question opens a new one.
"""

import base64
import hashlib
import hmac
import json
import os
import queue
import socket
import ssl
import struct
import threading
import time
import urllib.request

PATIENCE = 3  # seconds that one question may take


class StoreError(Exception):
    """A store said no, or not what was to be expected. `code` is PostgreSQL's SQLSTATE, where there is one."""

    def __init__(self, text, code=""):
        super().__init__(text)
        self.code = code


class Logins:
    """The login of a database, made by OpenBao when it is asked for, renewed when two thirds of its lease have passed.

    While OpenBao is gone the present login goes on being used: it is good until its lease ends.
    """

    def __init__(self, addresses, token, role, authority):
        self.addresses, self.token, self.role = addresses, token, role
        self.trust = ssl.create_default_context(cafile=authority)
        self.lock = threading.Lock()
        self.login, self.until = None, 0.0

    def get(self):
        with self.lock:
            if self.login is None or time.monotonic() > self.until:
                try:
                    self.login, lease = self.ask()
                    self.until = time.monotonic() + lease * 2 / 3
                    print(f"a login of OpenBao's, for {lease} s", flush=True)
                except (OSError, StoreError, ValueError, KeyError) as error:
                    if self.login is None:
                        raise StoreError(f"no login from OpenBao: {error}") from error
                    self.until = time.monotonic() + 5
                    print(f"OpenBao gives no new login ({error}): going on with the one there is", flush=True)
            return self.login

    def forget(self, login):
        with self.lock:
            if self.login == login:
                self.login = None

    def ask(self):
        reason = "nobody was asked"
        for address in self.addresses:
            request = urllib.request.Request(
                f"https://{address}:8200/v1/database/creds/{self.role}", headers={"X-Vault-Token": self.token}
            )
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE, context=self.trust) as answer:
                    found = json.load(answer)
                return (found["data"]["username"], found["data"]["password"]), found["lease_duration"]
            except OSError as error:
                reason = f"{address}: {error}"
        raise StoreError(reason)


class Connection:
    """One connection to PostgreSQL: protocol 3, SCRAM-SHA-256 (both sides prove that they know the password)."""

    def __init__(self, host, port, database, login):
        self.socket = socket.create_connection((host, port), timeout=PATIENCE)
        self.file = self.socket.makefile("rb")
        try:
            self.start(database, *login)
            if self.query("select pg_is_in_recovery()") != [("f",)]:
                raise StoreError(f"{host}:{port} is a replica")
        except BaseException:
            self.close()
            raise

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, kind, *parts):
        body = b"".join(parts)
        self.socket.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def receive(self):
        head = self.exactly(5)
        body = self.exactly(struct.unpack("!i", head[1:])[0] - 4)
        if head[:1] == b"E":
            fields = {field[:1]: field[1:].decode(errors="replace") for field in body.split(b"\0") if field}
            raise StoreError(fields.get(b"M", "?"), fields.get(b"C", ""))
        return head[:1], body

    def exactly(self, count):
        data = self.file.read(count)
        if len(data) < count:
            raise StoreError("PostgreSQL hung up")
        return data

    def start(self, database, user, password):
        words = ["user", user, "database", database, "application_name", "accounts"]
        self.send(b"", struct.pack("!i", 196608), *(word.encode() + b"\0" for word in words), b"\0")
        nonce = base64.b64encode(os.urandom(18)).decode()
        proof = None
        while True:
            kind, body = self.receive()
            if kind == b"Z":
                return
            if kind != b"R":
                continue
            step, rest = struct.unpack("!i", body[:4])[0], body[4:]
            if step == 10:
                first = f"n,,n=,r={nonce}".encode()
                self.send(b"p", b"SCRAM-SHA-256\0", struct.pack("!i", len(first)), first)
            elif step == 11:
                proof, final = scram(password, nonce, rest.decode())
                self.send(b"p", final)
            elif step == 12:
                if proof is None or rest.decode() != proof:
                    raise StoreError("this server does not know the password itself")
            elif step != 0 or proof is None:
                raise StoreError(f"the server wants a login of kind {step}, in place of SCRAM")

    def query(self, text, *values):
        """The rows, each a tuple of texts (or None)."""
        bound = b"".join(struct.pack("!i", len(value)) + value for value in (str(value).encode() for value in values))
        message = b""
        for kind, body in (
            (b"P", b"\0" + text.encode() + b"\0\0\0"),
            (b"B", b"\0\0\0\0" + struct.pack("!h", len(values)) + bound + b"\0\0"),
            (b"E", b"\0\0\0\0\0"),
            (b"S", b""),
        ):
            message += kind + struct.pack("!i", len(body) + 4) + body
        self.socket.sendall(message)
        rows = []
        while True:
            kind, body = self.receive()
            if kind == b"Z":
                return rows
            if kind == b"D":
                rows.append(self.row(body))

    @staticmethod
    def row(body):
        cells, at = [], 2
        for _ in range(struct.unpack("!h", body[:2])[0]):
            size = struct.unpack("!i", body[at : at + 4])[0]
            at += 4
            cells.append(None if size < 0 else body[at : at + size].decode())
            at += max(size, 0)
        return tuple(cells)


def scram(password, nonce, challenge):
    """What the server has to answer, and the message that shows it that we know the password (RFC 5802)."""
    fields = dict(part.split("=", 1) for part in challenge.split(","))
    if not fields["r"].startswith(nonce):
        raise StoreError("the server's answer is not to our question")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))

    def keyed(key, text):
        return hmac.new(key, text.encode(), hashlib.sha256).digest()

    bare = f"c=biws,r={fields['r']}"
    exchange = f"n=,r={nonce},{challenge},{bare}"
    client = keyed(salted, "Client Key")
    signature = keyed(hashlib.sha256(client).digest(), exchange)
    proof = base64.b64encode(bytes(a ^ b for a, b in zip(client, signature))).decode()
    server = base64.b64encode(keyed(keyed(salted, "Server Key"), exchange)).decode()
    return f"v={server}", f"{bare},p={proof}".encode()


class Postgres:
    """A handful of connections to whichever of the servers may be written to."""

    def __init__(self, servers, database, logins, size=4):
        self.servers, self.database, self.logins = servers, database, logins
        self.places = queue.Queue()
        for _ in range(size):
            self.places.put(None)

    def query(self, text, *values):
        """A connection that has gone stale (the server was restarted, the lease ended) is found out once, then replaced."""
        try:
            connection = self.places.get(timeout=PATIENCE)
        except queue.Empty:
            raise StoreError("every connection is busy") from None
        kept = None
        try:
            for last in (connection is None, True):
                if connection is None:
                    connection = self.connect()
                try:
                    rows = connection.query(text, *values)
                    kept = connection
                    return rows
                except (OSError, StoreError) as error:
                    connection.close()
                    connection = None
                    if last or not gone(error):
                        raise
        finally:
            self.places.put(kept)

    def connect(self):
        login = self.logins.get()
        reason = StoreError("no server is known")
        for host, port in self.servers:
            try:
                return Connection(host, port, self.database, login)
            except StoreError as error:
                reason = error
                if error.code.startswith("28"):  # the login is no good (any more)
                    self.logins.forget(login)
                    login = self.logins.get()
            except OSError as error:
                reason = StoreError(f"{host}:{port}: {error}")
        raise reason


def gone(error):
    """Whether the connection is to blame, or the server that is on its way out, rather than the question."""
    return isinstance(error, OSError) or error.code[:2] in ("", "08", "57", "25", "28")


class Redis:
    """The present master, which the Sentinels name; asked anew whenever it does not answer."""

    def __init__(self, sentinels, name, password=""):
        self.sentinels, self.name, self.password = sentinels, name, password
        self.lock = threading.Lock()
        self.file = None

    def ask(self, *words):
        with self.lock:
            for last in (False, True):
                try:
                    if self.file is None:
                        self.file = self.connect(*self.master())
                    return say(self.file, *words)
                except (OSError, StoreError) as error:
                    if self.file is not None:
                        self.file.close()
                        self.file = None
                    if last:
                        raise StoreError(f"Redis: {error}") from error

    def master(self):
        for host, port in self.sentinels:
            try:
                with socket.create_connection((host, port), timeout=PATIENCE) as sentinel, sentinel.makefile("rwb") as file:
                    if self.password:
                        say(file, "AUTH", self.password)
                    found = say(file, "SENTINEL", "get-master-addr-by-name", self.name)
                if found:
                    return found[0], int(found[1])
            except (OSError, StoreError):
                continue
        raise StoreError(f"no Sentinel knows the master of {self.name}")

    def connect(self, host, port):
        with socket.create_connection((host, port), timeout=PATIENCE) as connection:
            file = connection.makefile("rwb")  # keeps the socket open
        if self.password:
            say(file, "AUTH", self.password)
        return file


def say(file, *words):
    """One command of Redis's protocol, and its answer."""
    encoded = [str(word).encode() for word in words]
    file.write(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded))
    file.flush()
    return hear(file)


def hear(file):
    line = file.readline()
    if not line.endswith(b"\r\n"):
        raise StoreError("Redis hung up")
    kind, rest = line[:1], line[1:-2].decode()
    if kind == b"-":
        raise StoreError(rest)
    if kind == b"$":
        return None if rest == "-1" else file.read(int(rest) + 2)[:-2].decode()
    if kind == b"*":
        return None if rest == "-1" else [hear(file) for _ in range(int(rest))]
    return int(rest) if kind == b":" else rest
