"""The gateway's files (dial-api 6)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest

from conformance.standin.core.gateway import Gateway
from conformance.standin.core.release import CORE_RELEASES
from tests.standin.gateways import KEY, ONE, OTHER, OTHER_KEY, Clock, ask, gateway, request, upload, words

FOLDER = f"/v1/files/{ONE.bucket}"
METADATA = f"/v1/metadata/files/{ONE.bucket}"
CONTENT = bytes(range(256)) + b"\r\n--edg\r\n--edges\r\n\n\r" * 3
ETAG = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
OTHER_ETAG = "d41d8cd98f00b204e9800998ecf8427e"
EACH_CORE = pytest.mark.parametrize("core", CORE_RELEASES)


def with_file(folder: Path, core: str = "0.25", path: str = "/a%20b.png") -> Gateway:
    standin = gateway(folder, core=core)
    assert ask(standin, upload(FOLDER + path, CONTENT)).status == 200
    return standin


@EACH_CORE
def test_upload_comes_back_byte_by_byte(tmp_path: Path, core: str) -> None:
    response = ask(with_file(tmp_path, core), request("GET", f"{FOLDER}/a%20b.png"))
    assert response.body == CONTENT
    assert response.headers[1:] == (
        ("content-type", "image/png"),
        ("etag", ETAG),
        ("access-control-expose-headers", "etag"),
    )


def test_large_file(tmp_path: Path) -> None:
    standin, content = gateway(tmp_path), bytes(2 * 1024 * 1024)
    assert ask(standin, upload(f"{FOLDER}/large", content)).status == 200
    assert ask(standin, request("GET", f"{FOLDER}/large")).body == content


@EACH_CORE
def test_metadata_of_a_file(tmp_path: Path, core: str) -> None:
    now = int(Clock()() * 1000)
    standin = with_file(tmp_path, core, "/x/a%20b.png")
    told = ask(standin, request("GET", f"{METADATA}/x/a%20b.png?permissions=true")).json()
    assert told == {
        "name": "a b.png",
        "parentPath": "x",
        "bucket": ONE.bucket,
        "url": f"files/{ONE.bucket}/x/a%20b.png",
        "nodeType": "ITEM",
        "resourceType": "FILE",
        "permissions": ["READ", "WRITE", "SHARE"] if core == "late" else ["READ", "WRITE"],
        "createdAt": now,
        "updatedAt": now,
        "etag": ETAG,
        **({} if core == "0.18" else {"author": "One"}),
        "contentLength": len(CONTENT),
        "contentType": "image/png",
    }


def test_metadata_has_a_type_of_its_own_if_asked_for(tmp_path: Path) -> None:
    accept = (("Api-Key", KEY), ("Accept", "application/vnd.dial.metadata+json"))
    response = ask(with_file(tmp_path), request("GET", f"{METADATA}/", accept))
    assert response.header("content-type") == "application/vnd.dial.metadata+json"


def test_folders(tmp_path: Path) -> None:
    standin = gateway(tmp_path)
    root = ask(standin, request("GET", f"{METADATA}/")).json()
    assert (root["name"], root["parentPath"], root["items"]) == (None, None, [])
    for path in ("b.txt", "a/x.txt", "a/y/z.txt", "c"):
        ask(standin, upload(f"{FOLDER}/{path}", b"x"))

    def items(query: str) -> list[str]:
        return [one["url"].removeprefix(f"files/{ONE.bucket}/") for one in page(query)["items"]]

    def page(query: str) -> dict[str, list[dict[str, str]]]:
        told: dict[str, list[dict[str, str]]] = ask(standin, request("GET", f"{METADATA}/{query}")).json()
        return told

    assert items("") == ["a/", "b.txt", "c"]
    assert items("a/") == ["a/x.txt", "a/y/"]
    assert items("?recursive=true") == ["a/x.txt", "a/y/z.txt", "b.txt", "c"]
    assert items("?limit=0") == []
    first = page("?limit=2")
    assert [one["url"] for one in page(f"?limit=2&token={quote(str(first['nextToken']))}")["items"]] == [
        f"files/{ONE.bucket}/c"
    ]
    assert "nextToken" not in page("?limit=3")
    assert page("")["items"][0]["items"] is None


@pytest.mark.parametrize("limit", ["-1", "1001"])
def test_limit_out_of_range(tmp_path: Path, limit: str) -> None:
    response = ask(gateway(tmp_path), request("GET", f"{METADATA}/?limit={limit}"))
    assert words(response) == (400, "Limit is out of allowed range: [0, 1000]")


@pytest.mark.parametrize("limit", ["x", "", "9" * 5000, "1_0"])
def test_limit_that_is_no_number(tmp_path: Path, limit: str) -> None:
    response = ask(gateway(tmp_path), request("GET", f"{METADATA}/?limit={limit}"))
    assert words(response) == (500, "")


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", f"{FOLDER}/missing", (404, "")),
        ("GET", f"{METADATA}/missing", (404, "")),
        ("GET", f"{METADATA}/missing/", (404, "")),
        ("GET", f"{METADATA}/a%20b.png/", (404, "")),
        ("GET", f"{FOLDER}/", (400, "Can't download a folder")),
        ("GET", f"{FOLDER}/x/", (400, "Can't download a folder")),
        ("DELETE", f"{FOLDER}/x/", (400, f"Folder not allowed: files/{ONE.bucket}/x/")),
        ("DELETE", f"{FOLDER}/a%20c", (404, f"Not found: files/{ONE.bucket}/a%20c")),
        ("PUT", f"{FOLDER}/x/", (400, "File name is missing")),
        ("PUT", f"{FOLDER}/x./y", (400, "Resource name and/or parent folders must not end with .(dot)")),
        ("PUT", f"{FOLDER}/..", (400, "Resource name and/or parent folders must not end with .(dot)")),
        ("PUT", "/v1/files/public/x", (403, "You don't have an access to: files/public/x")),
        ("GET", "/v1/files/public/x", (404, "")),
        ("GET", f"/v1/files/{OTHER.bucket}/x%20y", (403, f"You don't have an access to: files/{OTHER.bucket}/x%20y")),
        ("GET", f"/v1/metadata/files/{OTHER.bucket}/", (403, f"You don't have an access to: files/{OTHER.bucket}/")),
        ("GET", "/v1/files/abc/x", (400, "Url has invalid bucket: files/abc/x")),
        ("GET", "/v1/metadata/files/abc/x", (400, "Url has invalid bucket: files/abc/x")),
        ("GET", f"{FOLDER}/100%.txt", (500, "")),
        ("PUT", f"{FOLDER}/{'n' * 256}", (500, f"Failed to upload file: files/{ONE.bucket}/{'n' * 256}")),
        ("POST", f"{FOLDER}/x", (502, "No route")),
        ("GET", f"{FOLDER}//b.txt", (400, "Invalid path provided /b.txt")),
        ("GET", f"{FOLDER}/a%2Fb.txt", (400, "Invalid path provided a%2Fb.txt")),
        ("GET", f"{FOLDER}/a%7Bb", (400, "Invalid path provided a%7Bb")),
        ("GET", f"{FOLDER}/a%0Ab", (400, "Invalid path provided a%0Ab")),
        ("GET", f"{FOLDER}/{'1' * 900}", (400, "Resource path exceeds max allowed size: 900")),
    ],
)
def test_refusals(tmp_path: Path, method: str, path: str, told: tuple[int, str]) -> None:
    asked = upload(path, b"x") if method == "PUT" else request(method, path)
    assert words(ask(with_file(tmp_path), asked)) == told


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/x",
        "/..%2f..%2fx",
        "/%2e%2e%2fx",
        "/a/../../x",
        "/..\\..\\x",
        "/%00",
        "/./x",
        "//etc/passwd",
        "/%5c..%5cx",
        "/C:%5cx",
        "/~/x",
        "/%ff%fe",
        "/" + "a/" * 300 + "x",
        "/" + "%C3%A4" * 200,
        "/CON",
    ],
)
def test_nothing_leaves_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside").mkdir()
    standin = gateway(tmp_path / "inside")
    before = set(tmp_path.rglob("*"))
    stored = ask(standin, upload(FOLDER + path, b"hostile")).status == 200
    new = [one for one in set(tmp_path.rglob("*")) - before if one.is_file()]
    assert len(new) == (1 if stored else 0)
    assert all(one.parent == tmp_path / "inside" / "storage" and one.name.isalnum() for one in new)
    got = ask(standin, request("GET", FOLDER + path))
    assert got.body == b"hostile" if stored else got.status in (400, 404)
    assert ask(standin, request("GET", FOLDER + path, (("Api-Key", OTHER_KEY),))).status in (400, 403)


@pytest.mark.parametrize(
    ("asked", "told_18", "told_25"),
    [
        (("If-None-Match", ETAG), 200, 304),
        (("If-None-Match", f'"{ETAG}"'), 200, 304),
        (("If-None-Match", f'W/"{ETAG}"'), 200, 200),
        (("If-None-Match", f'"x", "{ETAG}"'), 200, 200),
        (("If-None-Match", "*"), 200, 304),
        (("If-None-Match", "x"), 200, 200),
        (("If-Match", "x"), 200, 412),
        (("If-Match", f'"{ETAG}"'), 200, 200),
        (("If-Match", "*"), 200, 200),
        (("Range", "bytes=0-1"), 200, 200),
    ],
)
def test_conditional_download(tmp_path: Path, asked: tuple[str, str], told_18: int, told_25: int) -> None:
    for core, status in (("0.18", told_18), ("0.25", told_25), ("late", told_25)):
        response = ask(with_file(tmp_path, core), request("GET", f"{FOLDER}/a%20b.png", (("Api-Key", KEY), asked)))
        assert response.status == status
        if status == 304:
            assert (response.headers[1:], response.body) == ((("etag", ETAG),), b"")


@pytest.mark.parametrize(
    ("header", "told_18", "told_25"),
    [
        (("If-None-Match", "*"), (412, "Resource already exists"), (412, "Resource already exists")),
        (("If-None-Match", "x"), (400, "only header if-none-match=* is supported"), None),
        (("If-Match", "x"), (412, "ETag x is rejected"), (412, f"If-match condition is failed for etag: {ETAG}")),
        (("If-Match", ETAG), None, None),
    ],
)
def test_conditional_upload(
    tmp_path: Path, header: tuple[str, str], told_18: tuple[int, str] | None, told_25: tuple[int, str] | None
) -> None:
    for core, told in (("0.18", told_18), ("0.25", told_25)):
        standin = with_file(tmp_path, core)
        response = ask(standin, upload(f"{FOLDER}/a%20b.png", b"", header))
        kept = ask(standin, request("GET", f"{FOLDER}/a%20b.png")).header("etag")
        if told is None:
            assert (response.status, kept) == (200, OTHER_ETAG)
        else:
            assert (words(response), kept) == (told, ETAG)


@EACH_CORE
def test_conditions_on_a_missing_file_are_ignored(tmp_path: Path, core: str) -> None:
    standin = gateway(tmp_path, core=core)
    for header in (("If-Match", "x"), ("If-None-Match", "*")):
        assert ask(standin, upload(f"{FOLDER}/{header[0]}", b"x", header)).status == 200


def test_deletion(tmp_path: Path) -> None:
    for core, missing in (("0.18", 200), ("0.25", 404), ("late", 404)):
        standin = with_file(tmp_path / core, core)
        wrong = (("Api-Key", KEY), ("If-Match", "x"))
        assert ask(standin, request("DELETE", f"{FOLDER}/a%20b.png", wrong)).status == 412
        told = [ask(standin, request("DELETE", f"{FOLDER}/a%20b.png")).status for _ in range(2)]
        assert told == [200, missing]
        assert ask(standin, request("GET", f"{FOLDER}/a%20b.png")).status == 404
        assert list((tmp_path / core / "storage").iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"plain"),
        ("multipart/form-data", b"x"),
        (
            "multipart/form-data; boundary=edge",
            b"--edge\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--edge--",
        ),
        ("multipart/form-data; boundary=\xff", b""),
        (
            "multipart/mixed; boundary=edge",
            b"--edge\r\nContent-Disposition: form-data; filename=a\r\n\r\nx\r\n--edge--",
        ),
    ],
)
def test_upload_without_a_file(tmp_path: Path, kind: str, body: bytes) -> None:
    asked = request("PUT", f"{FOLDER}/c.txt", (("Api-Key", KEY), ("Content-Type", kind)), body)
    multipart = "Request must have a valid content-type header to decode a multipart request"
    assert words(ask(gateway(tmp_path), asked)) == (400, multipart)
    assert words(ask(gateway(tmp_path, core="0.18"), asked)) == (
        500,
        f"Failed to upload file: files/{ONE.bucket}/c.txt",
    )


@pytest.mark.parametrize("kind", ["", "\xff", "text/plain\r\n X-Own: 1", "a\x00b"])
def test_content_type_that_cannot_be_a_header(tmp_path: Path, kind: str) -> None:
    standin = gateway(tmp_path)
    assert ask(standin, upload(f"{FOLDER}/x", b"x", kind=kind)).status == 200
    assert ask(standin, request("GET", f"{FOLDER}/x")).header("content-type") == "application/octet-stream"


def test_file_among_fields(tmp_path: Path) -> None:
    body = (
        b"preamble\r\n--edge\r\nContent-Disposition: form-data; name=a\r\n\r\nfield\r\n"
        b'--edge  \r\nContent-Disposition: form-data; name="file"; filename=x\r\n\r\nthe file\r\n--edge--\r\nepilogue'
    )
    asked = request(
        "PUT", f"{FOLDER}/x", (("Api-Key", KEY), ("Content-Type", 'multipart/form-data; boundary="edge"')), body
    )
    standin = gateway(tmp_path)
    assert ask(standin, asked).json()["contentType"] == "application/octet-stream"
    assert ask(standin, request("GET", f"{FOLDER}/x")).body == b"the file"
