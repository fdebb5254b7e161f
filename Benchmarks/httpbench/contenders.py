"""The servers that are measured, each with the same two answers on ports of its own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from devstack.plane import Plane
from devstack.processes import free_port, is_listening, wait_until
from devstack.settings import ROOT

#: Threads of every server, as many as this machine has cores.
THREADS = 2


@dataclass(frozen=True)
class Wire:
    """How a request travels."""

    name: str
    is_http2: bool
    is_tls: bool


WIRES = (
    Wire("HTTP/1.1", False, False),
    Wire("HTTP/1.1, TLS", False, True),
    Wire("h2", True, False),
    Wire("h2, TLS", True, True),
)


class Contender:
    """One server. `urls` has where it takes each wire; `pid` is the process whose CPU counts, with its children."""

    name: str

    def __init__(self, run: Path) -> None:
        self.run = run
        self.urls: dict[Wire, str] = {}
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes]

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(20)
        self._processes = []

    def _spawn(self, *command: str | Path) -> None:
        with (self.run / f"{self.name}.log").open("ab") as log:
            process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._processes.append(process)

    def _await_ports(self) -> None:
        ports = {int(url.rsplit(":", 1)[1]) for url in self.urls.values()}
        wait_until(lambda: all(map(is_listening, ports)), f"the start of {self.name}")


class Sallyport(Contender):
    """The control plane itself: /v1/me looks the token up, counts the request and measures it."""

    name = "Sallyport"

    def __init__(self, run: Path, plane: Plane) -> None:
        super().__init__(run)
        program = plane.settings.programs / "sallyport-control-plane"
        shared = plane.environment | {"SALLYPORT_ACCESS_LOG": "false", "SALLYPORT_REACTORS": str(THREADS)}
        # All clients of a benchmark have one address.
        shared |= {"SALLYPORT_CONNECTIONS_PER_ADDRESS": "16384"}
        for is_tls in (False, True):
            port = free_port()
            environment = shared | {"SALLYPORT_LISTEN": f"127.0.0.1:{port}"}
            if not is_tls:
                environment |= {"SALLYPORT_TLS_CERTIFICATE": "", "SALLYPORT_TLS_KEY": ""}
            self._spawn("env", *(f"{name}={value}" for name, value in environment.items()), program, "serve")
            scheme = "https" if is_tls else "http"
            for wire in WIRES:
                if wire.is_tls == is_tls:
                    self.urls[wire] = f"{scheme}://127.0.0.1:{port}"
        self._await_ports()


class Nginx(Contender):
    """Debian's nginx: both answers are in its configuration."""

    name = "nginx"

    def __init__(self, run: Path, plane: Plane, me: str, health: str) -> None:
        super().__init__(run)
        servers = []
        for wire in WIRES:
            port = free_port()
            words = ["ssl"] * wire.is_tls + ["http2"] * wire.is_http2
            tls = (
                f"ssl_certificate {plane.settings.secrets}/server.pem; ssl_certificate_key {plane.settings.secrets}/server.key;"
                if wire.is_tls
                else ""
            )
            servers.append(
                f"""
                server {{
                    listen 127.0.0.1:{port} {" ".join(words)} reuseport;
                    {tls}
                    location = /v1/me {{
                        if ($http_authorization != "Bearer {plane.admin_key}") {{ return 401; }}
                        default_type application/json; add_header Cache-Control no-store; return 200 '{me}';
                    }}
                    location = /healthz {{
                        default_type application/json; add_header Cache-Control no-store; return 200 '{health}';
                    }}
                }}"""
            )
            self.urls[wire] = f"{'https' if wire.is_tls else 'http'}://127.0.0.1:{port}"
        configuration = run / "nginx.conf"
        configuration.write_text(
            f"""
            worker_processes {THREADS}; daemon off; pid {run}/nginx.pid; error_log {run}/nginx-error.log;
            events {{ worker_connections 16384; }}
            http {{
                access_log off; keepalive_requests 100000000; keepalive_timeout 75; client_body_temp_path {run}/nginx-body;
                proxy_temp_path {run}/nginx-proxy; fastcgi_temp_path {run}/nginx-fastcgi; uwsgi_temp_path {run}/nginx-uwsgi;
                scgi_temp_path {run}/nginx-scgi;
                {"".join(servers)}
            }}"""
        )
        self._spawn("/usr/sbin/nginx", "-c", configuration)
        self._await_ports()


class Hummingbird(Contender):
    """Hummingbird 2 with a handler that compares the token and gives the same answers."""

    name = "Hummingbird"
    program = ROOT / "Benchmarks" / "HummingbirdBench" / ".build" / "release" / "HummingbirdBench"

    def __init__(self, run: Path, plane: Plane, me: str, health: str) -> None:
        super().__init__(run)
        (run / "me.json").write_text(me)
        (run / "health.json").write_text(health)
        secrets = plane.settings.secrets
        tls = [secrets / "server.pem", secrets / "server.key"]
        http1, http1_tls, http2, http2_tls = WIRES
        self._serve(run, plane, [], http1)
        self._serve(run, plane, ["h2"], http2)
        self._serve(run, plane, tls, http1_tls, http2_tls)
        self._await_ports()

    def _serve(self, run: Path, plane: Plane, words: list[str | Path], *wires: Wire) -> None:
        port = free_port()
        self._spawn(self.program, str(port), plane.admin_key, run / "me.json", run / "health.json", *words)
        for wire in wires:
            self.urls[wire] = f"{'https' if wire.is_tls else 'http'}://127.0.0.1:{port}"
