"""A small client of the REST API."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx


class APIError(Exception):
    """An answer that is not a success; the text is the problem document's."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        try:
            self.problem: dict[str, Any] = response.json()
        except ValueError:
            self.problem = {"detail": response.text}
        request = response.request
        super().__init__(f"{request.method} {request.url.path}: {response.status_code} {self.problem}")

    @property
    def code(self) -> str | None:
        return self.problem.get("code")


class API:
    """The control plane, seen by the bearer of one token."""

    def __init__(self, url: str, ca_file: Path | str, token: str | None, http2: bool = False) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        trust = ssl.create_default_context(cafile=ca_file)
        self.http = httpx.Client(base_url=url, verify=trust, headers=headers, http2=http2, timeout=40)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        response = self.http.request(method, path, **options)
        if response.is_error:
            raise APIError(response)
        return response

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        return self.request("GET", path, params=parameters).json()

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        response = self.request("POST", path, json={} if body is None else body)
        return response.json() if response.content else {}

    def find(self, path: str) -> tuple[dict[str, Any], str] | None:
        """A resource with its ETag, or None when there is none."""
        response = self.http.get(path)
        if response.status_code == 404:
            return None
        if response.is_error:
            raise APIError(response)
        return response.json(), response.headers["etag"]

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Creates or replaces what is at `path`."""
        found = self.find(path)
        headers = {"if-match": found[1]} if found else {}
        response = self.request("PUT", path, json=body, headers=headers)
        return response.json() if response.content else {}

    def delete(self, path: str) -> None:
        found = self.find(path)
        if found:
            self.request("DELETE", path, headers={"if-match": found[1]})

    def items(self, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """All items of a list, page by page."""
        token: str | None = None
        while True:
            page = self.get(path, **parameters, **({"page_token": token} if token else {}))
            yield from page["items"]
            token = page.get("next_page_token")
            if not token:
                return

    def wait_for(
        self, path: str, condition: Callable[[dict[str, Any]], bool], seconds: float = 30, **parameters: Any
    ) -> dict[str, Any]:
        """Repeats a GET until its answer is as wanted; returns that answer."""
        end = time.monotonic() + seconds
        while True:
            answer = self.get(path, **parameters)
            if condition(answer):
                return answer
            if time.monotonic() > end:
                raise TimeoutError(f"GET {path} {parameters} stayed {answer}")
            time.sleep(0.03)
