"""Who calls: projects with their keys, and deployments with the per-request keys they were given (dial-api 1)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from conformance.standin.core.http import IncomingRequest
from conformance.standin.core.refusal import refused
from conformance.standin.core.release_differences import Authorization

PUBLIC: Final = "public"
"""The bucket that everybody may read."""

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True)
class Project:
    """A project, which is who an API key belongs to."""

    name: str
    key: str

    @property
    def bucket(self) -> str:
        """Its bucket: the same in every run, in the alphabet of Base58 (dial-api 2.5)."""
        number, text = int.from_bytes(hashlib.sha256(self.name.encode()).digest()), ""
        while number:
            number, digit = divmod(number, len(_BASE58))
            text = _BASE58[digit] + text
        return text


@dataclass(frozen=True)
class AuthenticatedCaller:
    """Who makes a request.

    Attributes:
        project: For whom.
        bucket: The project's bucket.
        deployment: Whose per-request key it is, or None if the key is the project's own.
        files: The plain URLs of files and folders that a per-request key may read, because the request for which it was
            given names them.
    """

    project: Project
    bucket: str
    deployment: str | None = None
    files: frozenset[str] = field(default_factory=frozenset)

    @property
    def appdata(self) -> str | None:
        """Where a deployment may keep files of the project (dial-api 6.1)."""
        return None if self.deployment is None else f"{self.bucket}/appdata/{self.deployment}"

    def may_read(self, bucket: str, path: str) -> bool:
        """Tell whether it may read what is at a decoded path: its own, what it was handed, or what is public."""
        return bucket == PUBLIC or self._was_handed(f"files/{bucket}/{path}") or self.may_write(bucket, path)

    def may_write(self, bucket: str, path: str) -> bool:
        """Tell whether it may write at a decoded path."""
        return f"{bucket}/{path}/".startswith(f"{self.appdata or self.bucket}/")

    def _was_handed(self, url: str) -> bool:
        return any(url == one or (one.endswith("/") and url.startswith(one)) for one in self.files)


class Callers:
    """All keys that open something, and to whom."""

    def __init__(self, projects: Sequence[Project], rules: Authorization) -> None:
        self._rules = rules
        self._by_key = {project.key: AuthenticatedCaller(project, project.bucket) for project in projects}
        self.buckets = frozenset(caller.bucket for caller in self._by_key.values()) | {PUBLIC}

    def name_of(self, bucket: str | None) -> str:
        """Return the name of the project whose bucket it is; empty if it is nobody's."""
        return next((one.project.name for one in self._by_key.values() if one.bucket == bucket), "")

    def issue_key(self, caller: AuthenticatedCaller, deployment: str, files: frozenset[str] = frozenset()) -> str:
        """Return a new per-request key, with which a deployment acts for a caller until it is revoked."""
        key = secrets.token_hex(16)
        self._by_key[key] = AuthenticatedCaller(caller.project, caller.bucket, deployment, files)
        return key

    def revoke_key(self, key: str) -> None:
        """End a per-request key."""
        self._by_key.pop(key, None)

    def of(self, request: IncomingRequest) -> AuthenticatedCaller:
        """Return who makes a request.

        Raises:
            RefusedError: It is nobody known, or the credentials contradict each other.
        """
        key, authorization = request.header("api-key"), request.header("authorization")
        if key is None and authorization is None and self._rules.x_api_key:
            key = request.header("x-api-key")
        if authorization is None:
            if key is None:
                raise refused(401, "At least API-KEY or Authorization header must be provided")
            return self._known(key)
        scheme, _, token = authorization.partition(" ")
        if key is None:
            if not (self._rules.bearer_keys and scheme.lower() == "bearer" and token):
                raise refused(401, "Bad Authorization header")
            return self._known(token.strip())
        return self._beside_token(key, scheme, token.strip())

    def _beside_token(self, key: str, scheme: str, token: str) -> AuthenticatedCaller:
        if scheme.lower() == "bearer" and not token:
            if not self._rules.empty_bearer:
                raise refused(500)
            return self._known(key)
        caller = self._known(key)
        if key == token or (caller.deployment is not None and self._rules.request_key_beside_token):
            return caller
        raise self._rules.two_credentials.of()

    def _known(self, key: str) -> AuthenticatedCaller:
        if key not in self._by_key:
            raise refused(401, "Unknown api key")
        return self._by_key[key]
