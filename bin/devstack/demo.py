"""Fills a fresh stack: the demo shop, who may reach it, and the policies that say how (deploy/demo)."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Any

import yaml

from .api import API
from .settings import ROOT, StackError, write_private
from .stack import Stack

DEMO = ROOT / "deploy" / "demo"
RESOURCE = "demo-shop"
DATABASE = "demo_shop"

ACCOUNTS: dict[str, dict[str, Any]] = {
    "reviewer": {"name": "reviewer", "kind": "human", "groups": ["dba"]},
    "ai_agent": {"name": "cursor", "kind": "ai_agent", "groups": ["ai-agents"]},
    "workload": {"name": "ci-deploy", "kind": "workload", "groups": ["ci"]},
}


def seed(stack: Stack, admin: API) -> dict[str, str]:
    """Makes the demo, or finds it made, and returns the tokens by their role."""
    tokens = {"admin": (stack.settings.secrets / "admin.key").read_text()}
    tokens |= {role: _token(stack, admin, account) for role, account in ACCOUNTS.items()}
    stamp = stack.settings.run / "demo.seeded"
    digest = _digest(stack)
    if not stamp.exists() or stamp.read_text() != digest:
        password = _load_shop(stack)
        _put_resource(stack, admin, password)
        for file in sorted((DEMO / "policies").glob("*.yaml")):
            policy = yaml.safe_load(file.read_text())
            admin.put(f"/v1/policies/{policy['name']}", policy)
        stamp.write_text(digest)
    return tokens


def _digest(stack: Stack) -> str:
    """Changes when the demo must be made anew: its files, or where the shop is."""
    hasher = hashlib.sha256(f"{stack.postgres.port}\n".encode())
    for file in sorted(DEMO.rglob("*.*")):
        hasher.update(file.read_bytes())
    return hasher.hexdigest()


def _token(stack: Stack, admin: API, account: dict[str, Any]) -> str:
    key_file: Path = stack.settings.secrets / f"{account['name']}.key"
    if not key_file.exists():
        if admin.find(f"/v1/service-accounts/{account['name']}") is None:
            admin.post("/v1/service-accounts", account)
        key = admin.post(f"/v1/service-accounts/{account['name']}/keys")
        write_private(key_file, key["secret"])
    return key_file.read_text()


def _load_shop(stack: Stack) -> str:
    """The database with its tables, once; a new password for the role of the agent each time."""
    password = secrets.token_urlsafe(24)
    stack.postgres.ensure_role("shop_app", password)
    stack.postgres.ensure_database(DATABASE)
    with stack.postgres.connect(DATABASE) as connection, connection.transaction():
        if connection.execute("SELECT to_regclass('public.customers')").fetchone() == (None,):
            connection.execute((DEMO / "shop.sql").read_bytes())
    return password


def _put_resource(stack: Stack, admin: API, password: str) -> None:
    if not stack.settings.ca_file.exists():
        raise StackError(f"{stack.settings.ca_file} is missing")
    put_resource(
        admin,
        {
            "name": RESOURCE,
            "protocol": "postgres",
            "labels": {"env": "demo"},
            "endpoint": {
                "host": "localhost",
                "port": stack.postgres.port,
                "database": DATABASE,
                "tls": "verify-full",
                "ca_pem": stack.settings.ca_file.read_text(),
            },
            "credential": {"mode": "static", "username": "shop_app", "password": {"value": password}},
            "agent": stack.agent.name,
        },
    )
    admin.put(f"/v1/resources/{RESOURCE}/columns", yaml.safe_load((DEMO / "columns.yaml").read_text()))


def put_resource(admin: API, resource: dict[str, Any]) -> None:
    """Creates or replaces a resource."""
    path = f"/v1/resources/{resource['name']}"
    if found := admin.find(path):
        admin.request("PUT", path, json=resource, headers={"if-match": found[1]})
    else:
        admin.post("/v1/resources", resource)
