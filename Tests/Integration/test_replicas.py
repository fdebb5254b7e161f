"""Three control planes on one PostgreSQL: what one is told all know, any may go, and the database may go for a while."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from support.replicas import eventually

from devstack.plane import Plane, running_plane
from devstack.processes import patience

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plane() -> Iterator[Plane]:
    with running_plane("replicas", replicas=3) as plane:
        yield plane


def account(**changes: Any) -> dict[str, Any]:
    return {"name": f"s-{secrets.token_hex(5)}", "kind": "workload", "groups": ["g"]} | changes


def test_a_change_on_one_replica_is_on_all_within_a_second(plane: Plane) -> None:
    first, *others = [replica.api(plane.admin_key) for replica in plane.replicas]
    made = first.post("/v1/service-accounts", account())
    key = first.post(f"/v1/service-accounts/{made['name']}/keys")
    callers = [replica.api(key["secret"]) for replica in plane.replicas]
    for caller in callers:
        assert caller.get("/v1/me")["principal"] == made["name"]
    path = f"/v1/service-accounts/{made['name']}/keys/{key['id']}"
    first.delete(path)
    began = time.monotonic()
    assert callers[0].http.get("/v1/me").status_code == 401, "the replica that was told knows at once"
    eventually(
        lambda: all(caller.http.get("/v1/me").status_code == 401 for caller in callers), "the end of a key",
        seconds=patience(1),
    )
    assert time.monotonic() - began < patience(1) + 0.1
    for other in others:
        assert other.get(f"/v1/service-accounts/{made['name']}")["id"] == made["id"]


def test_a_creation_with_one_key_is_one_creation_whichever_replica_gets_it(plane: Plane) -> None:
    body, headers = account(), {"idempotency-key": secrets.token_hex(8)}
    answers: list[httpx.Response] = []

    def create(replica: int) -> None:
        api = plane.replicas[replica].api(plane.admin_key)
        answers.append(api.http.post("/v1/service-accounts", json=body, headers=headers))

    threads = [threading.Thread(target=create, args=(number % 3,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1


def test_a_replica_that_is_killed_takes_no_safe_request_with_it(plane: Plane) -> None:
    """A client that tries the next replica when one does not answer sees nothing but right answers."""
    stop = threading.Event()
    wrong: list[str] = []
    served = [0]

    def read(offset: int) -> None:
        apis = [replica.api(plane.admin_key) for replica in plane.replicas]
        turn = offset
        while not stop.is_set():
            for attempt in range(3):
                turn += 1
                with contextlib.suppress(httpx.TransportError):
                    answer = apis[turn % 3].http.get("/v1/me")
                    if answer.status_code != 200 or answer.json()["principal"] != "admin":
                        wrong.append(answer.text)
                    served[0] += 1
                    break
            else:
                wrong.append("no replica answered")

    readers = [threading.Thread(target=read, args=(number,)) for number in range(3)]
    for reader in readers:
        reader.start()
    for victim in plane.replicas[1:]:
        before = served[0]
        eventually(lambda: served[0] > before + 20, "requests before the kill", seconds=20)
        victim.service.kill()
        before = served[0]
        eventually(lambda: served[0] > before + 20, "requests after the kill", seconds=20)
        victim.start()
    stop.set()
    for reader in readers:
        reader.join(20)
    assert wrong == []


def test_a_replica_that_is_stopped_fails_no_request(plane: Plane) -> None:
    victim = plane.replicas[2]
    api = victim.api(plane.admin_key)
    stop = threading.Event()
    statuses: list[int | httpx.TransportError] = []

    def read() -> None:
        while not stop.is_set():
            try:
                statuses.append(api.http.get("/v1/me").status_code)
            except httpx.ConnectError:
                return
            except httpx.TransportError as error:
                statuses.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    eventually(lambda: len(statuses) > 20, "requests before the stop", seconds=20)
    victim.service.stop(seconds=25)
    stop.set()
    reader.join(20)
    victim.start()
    assert set(statuses) == {200}


def test_an_agent_moves_to_another_replica_within_seconds(plane: Plane) -> None:
    agent = plane.agent()
    admin = plane.replicas[0].api(plane.admin_key)
    agent.start(admin, {"SALLYPORT_CONTROL_PLANE_URL": plane.urls})
    try:
        for victim, watcher in ((0, 1), (1, 2)):
            plane.replicas[victim].service.kill()
            api = plane.replicas[watcher].api(plane.admin_key)
            resource = f"r-{secrets.token_hex(4)}"
            began = time.monotonic()
            api.post("/v1/resources", {
                "name": resource, "protocol": "postgres", "agent": "default",
                "endpoint": {"host": "127.0.0.1", "port": plane.postgres.port, "database": "plane", "tls": "require"},
                "credential": {"mode": "static", "username": "postgres", "password": {"value": plane.postgres.password}},
            })
            question = {"resource": resource, "statement": "SELECT 1"}
            eventually(
                lambda: api.http.post("/v1/policies/evaluate", json=question).status_code == 200,
                "an answer of the agent through another replica", seconds=patience(5),
            )
            assert time.monotonic() - began < patience(5) + 0.5
            plane.replicas[victim].start()
    finally:
        agent.service.stop()


def test_without_its_database_it_says_so_and_recovers_alone(plane: Plane) -> None:
    apis = [replica.api(plane.admin_key).http for replica in plane.replicas]
    plane.postgres.stop()
    for api in apis:
        eventually(lambda: api.get("/readyz").status_code == 503, "the end of readiness", seconds=10)  # noqa: B023
        assert api.get("/readyz").json()["checks"] == {"database": "unavailable"}
        assert api.get("/healthz").status_code == 200
        answer = api.get("/v1/resources")
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert int(answer.headers["retry-after"]) >= 1
    plane.postgres.start()
    for replica, api in zip(plane.replicas, apis, strict=True):
        eventually(replica.is_ready, "readiness", seconds=10)
        assert api.get("/v1/resources").status_code == 200
