"""A small publisher on this machine, and made-up files in the publishers' shapes."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

STREET_HEADER = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context"
STOPS_HEADER = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,Self-defined ethnicity,Officer-defined ethnicity,"
    "Legislation,Object of search,Outcome,Outcome linked to object of search,Removal of more than just outer clothing"
)


def street_line(
    n: int = 1, *, month: str = "2024-01", kind: str = "Burglary", code: str = "E01015830", lon: str = "0.71", lat: str = "51.54", crime_id: str | None = None
) -> str:
    identifier = f"{n:064x}" if crime_id is None else crime_id
    return f"{identifier},{month},Essex Police,Essex Police,{lon},{lat},On or near High Street,{code},Southend 001A,{kind},Under investigation,"


def street_csv(*lines: str) -> str:
    return "\n".join([STREET_HEADER, *lines]) + "\n"


def stop_line(
    *,
    date: str = "2024-01-05T12:00:00+00:00",
    officer: str = "White",
    own: str = "White - Irish",
    gender: str = "Male",
    linked: str = "True",
    lat: str = "51.54",
    outcome: str = "Arrest",
) -> str:
    return (
        f"Person search,{date},False,,{lat},0.71,{gender},18-24,{own},{officer},Misuse of Drugs Act 1971 (section 23),Controlled drugs,{outcome},{linked},False"
    )


def stops_csv(*lines: str) -> str:
    return "\n".join([STOPS_HEADER, *lines]) + "\n"


def api_record(**changes: object) -> dict[str, object]:
    """One record as the API gives it."""
    return {
        "age_range": "18-24",
        "outcome": "Arrest",
        "involved_person": True,
        "self_defined_ethnicity": "White - Irish",
        "gender": "Male",
        "legislation": "Misuse of Drugs Act 1971 (section 23)",
        "outcome_linked_to_object_of_search": None,
        "datetime": "2024-06-30T23:30:00+00:00",
        "removal_of_more_than_outer_clothing": False,
        "outcome_object": {"id": "bu-arrest", "name": "Arrest"},
        "location": {"latitude": "51.54", "street": {"id": 7, "name": "On or near High Street"}, "longitude": "0.71"},
        "operation": False,
        "officer_defined_ethnicity": "White",
        "type": "Person search",
        "operation_name": None,
        "object_of_search": "Controlled drugs",
    } | changes


def zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


class Publisher:
    """Serves `files` by path and `answers` by function; breaks in the ways the tests ask for.

    Attributes:
        base: its address.
        files: path -> bytes.
        answers: path -> function from the question to JSON.
        asked: every request as (path, value of Range or None).
        failing: path -> statuses to answer first, with Retry-After 0.
        cutting: path -> how many bytes to send before breaking off; each is used once.
        serves_parts: whether Range is honoured.
    """

    def __init__(self) -> None:
        self.base = ""
        self.files: dict[str, bytes] = {}
        self.answers: dict[str, object] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.failing: dict[str, list[int]] = {}
        self.cutting: dict[str, list[int]] = {}
        self.serves_parts = True

    @contextmanager
    def open(self) -> Iterator[Publisher]:
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.serve(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        path, part = urlsplit(request.path).path, request.headers.get("Range")
        self.asked.append((path, part))
        if self.failing.get(path):
            self._send(request, self.failing[path].pop(0), b"", {"Retry-After": "0"})
        elif path in self.answers:
            question = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
            self._send(request, 200, json.dumps(self.answers[path](question)).encode(), {})  # type: ignore[operator]
        elif path not in self.files:
            self._send(request, 404, b"", {})
        else:
            self._send_file(request, path, part)

    def _send_file(self, request: BaseHTTPRequestHandler, path: str, part: str | None) -> None:
        body, headers = self.files[path], {"ETag": f'"{hash(self.files[path])}"'}
        if not part or not self.serves_parts or request.headers.get("If-Range", headers["ETag"]) != headers["ETag"]:
            self._send(request, 200, body, headers, cut=self._cut(path))
            return
        first, last = part.removeprefix("bytes=").split("-")
        start, end = int(first), min(int(last or len(body) - 1), len(body) - 1)
        if start >= len(body):
            self._send(request, 416, b"", headers)
            return
        self._send(request, 206, body[start : end + 1], headers | {"Content-Range": f"bytes {start}-{end}/{len(body)}"}, cut=self._cut(path))

    def _cut(self, path: str) -> int | None:
        return self.cutting[path].pop(0) if self.cutting.get(path) else None

    @staticmethod
    def _send(request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str], *, cut: int | None = None) -> None:
        request.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body[:cut])
        if cut is not None:
            request.close_connection = True
