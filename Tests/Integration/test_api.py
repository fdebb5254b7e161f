"""The conventions of the API, the same on every route."""

from __future__ import annotations

import re
import secrets
from typing import Any

import httpx
import psycopg
import pytest
import yaml
from support.place import ALLOW_ALL, Place

from devstack.api import API
from devstack.processes import patience, wait_until
from devstack.stack import Stack


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/problem+json")
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"] and body["type"]
    return body


def account(**changes: Any) -> dict[str, Any]:
    return {"name": f"s-{secrets.token_hex(5)}", "kind": "workload", "groups": ["g"]} | changes


def test_liveness_readiness_and_metrics_need_no_token(stack: Stack) -> None:
    http = stack.api(None).http
    assert http.get("/healthz").status_code == 200
    assert http.get("/readyz").status_code == 200
    metrics = http.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert re.search(r"(?m)^# TYPE \S+ (counter|gauge|histogram)$", metrics.text)


def test_the_contract_is_served_and_parses(stack: Stack) -> None:
    contract = yaml.safe_load(stack.api(None).http.get("/openapi.yaml").text)
    assert contract["openapi"].startswith("3.1")
    assert "/v1/policies/evaluate" in contract["paths"]


def test_me(started, stack: Stack) -> None:
    me = stack.api(started.dev["tokens"]["ai_agent"]).get("/v1/me")
    assert (me["principal"], me["kind"], me["groups"], me["roles"]) == ("cursor", "ai_agent", ["ai-agents"], [])
    assert "admin" in stack.api(started.dev["tokens"]["admin"]).get("/v1/me")["roles"]
    assert "reviewer" in stack.api(started.dev["tokens"]["reviewer"]).get("/v1/me")["roles"]


@pytest.mark.parametrize("token", [None, "nonsense", "sp_0_0", "spa.a.b.c"])
def test_without_a_good_token_there_is_nothing(stack: Stack, token: str | None) -> None:
    problem(stack.api(token).http.get("/v1/resources"), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/resources"), ("GET", "/v1/policies"), ("GET", "/v1/service-accounts"), ("GET", "/v1/agents"),
     ("POST", "/v1/resources"), ("POST", "/v1/agents/join-tokens"), ("GET", "/v1/audit/events")],
)
def test_what_is_for_administrators_is_forbidden_to_others(started, stack: Stack, method: str, path: str) -> None:
    api = stack.api(started.dev["tokens"]["ai_agent"])
    problem(api.http.request(method, path, json={} if method == "POST" else None), 403, "forbidden")


def test_http2_and_http1(started, stack: Stack) -> None:
    token = started.dev["tokens"]["admin"]
    for http2, version in ((True, "HTTP/2"), (False, "HTTP/1.1")):
        api = API(stack.settings.url, stack.settings.ca_file, token, http2=http2)
        response = api.http.get("/v1/me")
        assert (response.status_code, response.http_version) == (200, version)


def test_what_is_not_there(admin: API) -> None:
    problem(admin.http.get("/v1/resources/not-there"), 404, "not_found")
    problem(admin.http.get("/v1/no-such-noun"), 404, "not_found")
    response = admin.http.delete("/v1/me")
    problem(response, 405, "method_not_allowed")
    assert "GET" in response.headers["allow"]


def test_all_that_is_wrong_with_a_body_is_named(admin: API) -> None:
    body = {"name": "Not A Name", "kind": "robot", "groups": "g", "extra": 1}
    errors = problem(admin.http.post("/v1/service-accounts", json=body), 400, "invalid_body")["errors"]
    assert {error["pointer"] for error in errors} >= {"/name", "/kind", "/groups", "/extra"}
    assert all(error["code"] and error["detail"] for error in errors)


@pytest.mark.parametrize("body", ["{", "[]", '{"a":1}{', '{"name":"a","name":"b"}', "[" * 5000, '"\\ud800"', "nul"])
def test_what_is_no_json_object_is_refused(admin: API, body: str) -> None:
    headers = {"content-type": "application/json"}
    problem(admin.http.post("/v1/service-accounts", content=body, headers=headers), 400, "invalid_body")


def test_unknown_parameters_and_media_types_are_refused(admin: API) -> None:
    problem(admin.http.get("/v1/resources", params={"nonsense": "1"}), 400, "invalid_parameter")
    headers = {"content-type": "text/plain"}
    problem(admin.http.post("/v1/service-accounts", content="{}", headers=headers), 415, "unsupported_media_type")


def test_a_body_over_the_limit(admin: API) -> None:
    body = '{"name": "' + "x" * (3 << 20) + '"}'
    headers = {"content-type": "application/json"}
    problem(admin.http.post("/v1/service-accounts", content=body, headers=headers), 413, "body_too_large")


def test_changes_need_the_etag_of_what_they_change(admin: API) -> None:
    made = admin.post("/v1/service-accounts", account())
    path = f"/v1/service-accounts/{made['name']}"
    etag = admin.http.get(path).headers["etag"]
    change = {"groups": ["h"]}
    problem(admin.http.patch(path, json=change), 428, "precondition_required")
    problem(admin.http.patch(path, json=change, headers={"if-match": '"other"'}), 412, "precondition_failed")
    changed = admin.http.patch(path, json=change, headers={"if-match": etag})
    assert (changed.status_code, changed.json()["groups"]) == (200, ["h"])
    assert changed.headers["etag"] != etag
    problem(admin.http.patch(path, json=change, headers={"if-match": etag}), 412, "precondition_failed")


def test_an_unchanged_resource_is_not_sent_again(admin: API) -> None:
    etag = admin.http.get("/v1/resources/demo-shop").headers["etag"]
    assert admin.http.get("/v1/resources/demo-shop", headers={"if-none-match": etag}).status_code == 304


def test_a_repeated_creation_with_the_same_key_is_the_same_creation(admin: API) -> None:
    body = account()
    headers = {"idempotency-key": secrets.token_hex(8)}
    first = admin.http.post("/v1/service-accounts", json=body, headers=headers)
    again = admin.http.post("/v1/service-accounts", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = admin.http.post("/v1/service-accounts", json=account(), headers=headers)
    problem(other, 422, "idempotency_key_reused")
    problem(admin.http.post("/v1/service-accounts", json=body), 409, "name_taken")


def test_a_created_noun_is_found_by_name(admin: API) -> None:
    response = admin.http.post("/v1/service-accounts", json=account())
    made = response.json()
    assert response.headers["location"].endswith(made["name"])
    assert admin.get(f"/v1/service-accounts/{made['name']}")["id"] == made["id"]


def test_pages_hold_everything_once(admin: API) -> None:
    for _ in range(7):
        admin.post("/v1/service-accounts", account())
    names = [one["name"] for one in admin.items("/v1/service-accounts", page_size=3)]
    assert len(names) == len(set(names)) >= 7
    problem(admin.http.get("/v1/service-accounts", params={"page_token": "nonsense"}), 400, "invalid_parameter")
    problem(admin.http.get("/v1/service-accounts", params={"page_size": "0"}), 400, "invalid_parameter")


def test_secrets_go_in_and_never_out(admin: API, open_place: Place) -> None:
    shown = admin.request("GET", f"/v1/resources/{open_place.name}").text
    assert open_place.upstream_password not in shown
    assert open_place.key not in admin.request("GET", f"/v1/service-accounts/{open_place.name}/keys").text
    key_secret = open_place.key.split("_", 2)[2]
    for path in ("/v1/audit/events", "/v1/agents", "/metrics"):
        assert key_secret not in admin.request("GET", path).text


def test_a_policy_keeps_its_versions(admin: API) -> None:
    name = f"p-{secrets.token_hex(5)}"
    spec = {"name": name, "enabled": False, "subjects": {}, "resources": {"names": ["none"]}, "rules": ALLOW_ALL}
    admin.put(f"/v1/policies/{name}", spec)
    admin.put(f"/v1/policies/{name}", spec | {"description": "second"})
    versions = list(admin.items(f"/v1/policies/{name}/versions"))
    assert sorted(version["revision"] for version in versions) == [1, 2]


def test_a_mutation_is_audited(admin: API) -> None:
    made = admin.post("/v1/service-accounts", account())
    events = list(admin.items("/v1/audit/events", subject=made["id"]))
    assert [event["actor"]["name"] for event in events] == ["admin"]


def test_a_long_wait_answers_as_soon_as_something_changes_and_at_its_end(admin: API, reviewer: API) -> None:
    approval = next(reviewer.items("/v1/approvals"))
    assert admin.get(f"/v1/approvals/{approval['id']}", wait="1s")["id"] == approval["id"]
    problem(admin.http.get(f"/v1/approvals/{approval['id']}", params={"wait": "soon"}), 400, "invalid_parameter")


# The agent follows


def test_a_new_policy_takes_effect_within_a_second(place_for, admin: API) -> None:
    place = place_for([{"effect": "allow", "actions": ["read"]}], schema="CREATE TABLE t (id int);")
    with place.connect() as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO t VALUES (1)")
        admin.put(f"/v1/policies/{place.name}", place.policy(ALLOW_ALL))
        wait_until(lambda: _runs(connection, "INSERT INTO t VALUES (2)"), "the effect of the policy", seconds=patience(1))
        admin.put(f"/v1/policies/{place.name}", place.policy([{"effect": "deny", "reason": "closed"}]))
        wait_until(lambda: not _runs(connection, "SELECT 1"), "the effect of the policy", seconds=patience(1))


def test_a_disabled_account_is_out_within_a_second(place_for, admin: API) -> None:
    place = place_for(ALLOW_ALL)
    path = f"/v1/service-accounts/{place.name}"
    admin.request("PATCH", path, json={"disabled": True}, headers={"if-match": admin.http.get(path).headers["etag"]})

    def is_out() -> bool:
        try:
            place.connect().close()
            return False
        except psycopg.OperationalError:
            return True

    wait_until(is_out, "the end of the account's access", seconds=patience(1))


def test_a_removed_resource_is_gone_within_a_second(place_for, admin: API) -> None:
    place = place_for(ALLOW_ALL)
    admin.delete(f"/v1/resources/{place.name}")

    def is_gone() -> bool:
        try:
            place.connect().close()
            return False
        except psycopg.OperationalError:
            return True

    wait_until(is_gone, "the end of the resource", seconds=patience(1))


def test_the_agent_reports_its_health(admin: API, stack: Stack) -> None:
    def reports_the_shop(agent: dict[str, Any]) -> bool:
        return {"demo-shop": "ok"}.items() <= {one["name"]: one["status"] for one in agent["resources"]}.items()

    agent = admin.wait_for("/v1/agents/default", reports_the_shop, seconds=20)
    assert (agent["status"], agent["advertised"]["postgres"]["port"]) == ("online", stack.settings.postgres_port)


def test_a_join_token_serves_one_agent_once(own_agent, admin: API, stack: Stack) -> None:
    body = {"name": "default", "version": "1", "signing_public_key": "A" * 43, "sealing_public_key": "A" * 43}
    response = stack.api(None).http.post("/v1/agent/enroll", json=body | {"join_token": "spj_nonsense"})
    assert response.status_code in (400, 401, 403)
    token = admin.post("/v1/agents/join-tokens", {"agent": "someone-else"})["token"]
    response = stack.api(None).http.post("/v1/agent/enroll", json=body | {"join_token": token})
    assert response.status_code in (400, 401, 403)


def _runs(connection: psycopg.Connection, statement: str) -> bool:
    try:
        connection.execute(statement.encode())
        return True
    except psycopg.errors.InsufficientPrivilege:
        return False
