"""House rules of Acme, beyond the contract of DIAL."""

from __future__ import annotations

from conformance.own import CHAT, MUST, SHOULD, Exchange, requirement


@requirement("ACME-01", SHOULD, source="Acme handbook 3.1")
def test_ids_are_in_lower_case(listed_ids: list[str], listing: Exchange) -> None:
    """Each id in the listing is in lower case."""
    others = [one for one in listed_ids if one != one.lower()]
    assert not others, listing.because("ids in lower case", others)


@requirement("ACME-02", MUST, source="Acme handbook 3.2")
def test_banner_names_the_owner(banner: Exchange) -> None:
    """/acme/banner is answered without credentials, and names the owner of this DIAL."""
    assert banner.status == 200, banner.because("200")
    assert "owner" in (banner.json_object or {}), banner.because("an object with the field owner")


@requirement("ACME-03", MUST, source="Acme handbook 4.1", claims=CHAT)
def test_images_are_png(image: Exchange) -> None:
    """Each image of a completion is served as a PNG."""
    assert image.media_type == "image/png", image.because("image/png", image.media_type)
