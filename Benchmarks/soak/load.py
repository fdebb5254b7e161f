"""Callers that use the API as people, scripts and broken clients do, each in a thread of its own."""

from __future__ import annotations

import secrets
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable

from devstack.api import API
from devstack.plane import Plane

from .crew import Crew

#: Pause between two actions of one caller: mixed load is meant, not the most that the machine takes.
_PAUSE = 0.01
#: Actions on one connection before it is closed and another one made.
_ACTIONS_PER_CONNECTION = 50


class Load(Crew):
    """Callers that run until stopped. `errors` has every answer that was not the expected one."""

    def __init__(self, plane: Plane, callers: int) -> None:
        self.done: Counter[str] = Counter()
        self._plane = plane
        super().__init__(range(callers))

    def _run(self, number: int) -> None:
        actions: list[Callable[[API], None]] = [self._read, self._account, self._missing, self._broken, self._cut_off]
        turn = number
        while not self._ends.is_set():
            api = self._plane.replicas[0].api(self._plane.admin_key, http2=number % 2 == 0)
            with api.http:
                for _ in range(_ACTIONS_PER_CONNECTION):
                    if self._ends.is_set():
                        break
                    turn += 1
                    self._act(actions[turn % len(actions)], api)

    def _act(self, action: Callable[[API], None], api: API) -> None:
        try:
            action(api)
            self.done[action.__name__.strip("_")] += 1
        except Exception as error:  # Whatever it is, it is what the soak looks for.
            self.errors.append(f"{action.__name__}: {error!r}")
        time.sleep(_PAUSE)

    @staticmethod
    def _expect(seen: object, wanted: object) -> None:
        if seen != wanted:
            raise AssertionError(f"{seen!r} in place of {wanted!r}")

    def _read(self, api: API) -> None:
        for path in ("/v1/me", "/v1/agents", "/v1/service-accounts", "/v1/audit/events", "/healthz", "/docs"):
            self._expect(api.http.get(path).status_code, 200)

    def _account(self, api: API) -> None:
        made = api.post("/v1/service-accounts", {"name": f"s-{secrets.token_hex(8)}", "kind": "workload", "groups": ["g"]})
        path = f"/v1/service-accounts/{made['name']}"
        key = api.post(f"{path}/keys")
        with self._plane.replicas[0].api(key["secret"]).http as http:
            self._expect(http.get("/v1/me").json()["principal"], made["name"])
        tag = api.http.get(path).headers["etag"]
        self._expect(api.http.delete(path, headers={"if-match": tag}).status_code, 204)

    def _missing(self, api: API) -> None:
        self._expect(api.http.get(f"/v1/policies/{secrets.token_hex(4)}").status_code, 404)
        self._expect(api.http.post("/v1/service-accounts", json={"unknown": 1}).status_code, 400)
        self._expect(api.http.get("/v1/me", headers={"authorization": "Bearer nobody"}).status_code, 401)

    def _broken(self, _: API) -> None:
        with self._connect() as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
            self._expect(connection.recv(65536)[:12], b"HTTP/1.1 400")

    def _cut_off(self, _: API) -> None:
        with self._connect() as connection:
            connection.sendall(b"POST /v1/service-accounts HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")

    def _connect(self) -> ssl.SSLSocket:
        replica = self._plane.replicas[0]
        trust = ssl.create_default_context(cafile=self._plane.settings.ca_file)
        raw = socket.create_connection(("127.0.0.1", replica.port), timeout=30)
        return trust.wrap_socket(raw, server_hostname="127.0.0.1")
