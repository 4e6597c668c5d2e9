"""What is wrong for the caller and for everybody else alike: one fault, of which the caller's requirement speaks."""

from __future__ import annotations

from tests.broken_answers.change import Table, broken, html, status, text

APPLICATIONS = ("applications", "*_for.applications")
FILES = ("image", "image_again", "image_w*", "missing_file", "folder", "foreign_file")
HOME = ("home", "*_for.own-page")
METADATA = ("image_metadata", "own_files", "own_image_metadata", "own_image_folder")

FOR_EVERYBODY: Table = {
    "AUTH-01": [
        broken(
            "forbidden everywhere",
            status(403),
            *("no_credentials", "no_credentials_for_unknown_path"),
            *("image_without_credentials", "metadata_for_others.nobody", "metadata_for_others.folder-nobody"),
        ),
    ],
    "AUTH-02": [
        broken(
            "forbidden everywhere",
            status(403),
            *("unknown_key", "image_with_unknown_key"),
            *("metadata_for_others.unknown-key", "metadata_for_others.folder-unknown-key"),
        ),
    ],
    "CHAT-01": [
        broken("not found, whatever is asked", text(404), "accepted", "preflight", "*_for.completion"),
        broken("a page, whatever is asked", html(200), "accepted", "preflight", "*_for.completion", "chat_by_get"),
    ],
    "CONF-01": [
        broken("a page for everybody", html(200), "configuration", "*_for.configuration", "configuration_by_post"),
    ],
    "FILE-01": [
        broken("fails for everybody", text(500), *FILES),
        broken("not found by anybody", text(404), *FILES),
    ],
    "FILE-02": [broken("a page for everybody", html(200), *FILES, "traversal")],
    "FILE-13": [broken("a page for everybody", html(200), "bucket", "*_for.bucket")],
    "FILE-21": [
        broken("not found by anybody", text(404), *METADATA),
        broken("a page for everybody", html(200), *METADATA, "metadata_for_others"),
    ],
    "LIM-01": [broken("fails for everybody", text(500), "limits", "limits_after", "*_for.limits")],
    "LIST-01": [
        broken("fails for everybody", text(500), *APPLICATIONS),
        broken("a page for everybody", html(200), *APPLICATIONS),
    ],
    "LIST-07": [broken("not found by anybody", text(404), *HOME), broken("a page for everybody", html(200), *HOME)],
}
