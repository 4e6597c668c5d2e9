"""What the notebooks of the DIAL cookbook promise of the image models that they call, as data.

To add an image model that has a notebook, write one `Profile` here and name it in `PROFILES`, and add its field to
`Settings` and `Meta`. The requirements of image models are then about it too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """What a notebook promises of the deployment that the operator named for it.

    Attributes:
        name: As it is shown: `DALL-E 3`.
        field: Its name in `Settings`, and in the meta.yaml of a set.
        flag: The option that names the deployment.
        variable: The environment variable that does the same.
        notebook: The notebook, as the source of a rule.
        documented: The values that the notebook documents for each key of the configuration.
        configuration: The configuration of the notebook's completion.
        forbidden: The configuration that the notebook shows to be refused.
        default_size: The size of an image if the configuration does not say one.
        type_key: The key that says the type of the image, as the part after `image/`; None if there is no such key.
        transparent: A configuration that asks for a transparent background; None if there is none.
        revises_prompt: An attachment says the prompt as the model revised it.
        apart: Values that are documented, and that the upstream does not take together.
        beside: Properties that the upstream takes only beside certain values of others.
    """

    name: str
    field: str
    flag: str
    variable: str
    notebook: str
    documented: Mapping[str, tuple[Any, ...]]
    configuration: Mapping[str, Any]
    forbidden: Mapping[str, Any]
    default_size: str
    type_key: str | None = None
    transparent: Mapping[str, Any] | None = None
    revises_prompt: bool = False
    apart: tuple[Mapping[str, Any], ...] = ()
    beside: Mapping[str, Mapping[str, tuple[Any, ...]]] = dataclasses.field(default_factory=dict)

    @property
    def configurations(self) -> tuple[dict[str, Any], ...]:
        """The documented configurations: that of the notebook's completion, and the same with each documented value."""
        values = ((key, value) for key, each in self.documented.items() for value in each)
        return (dict(self.configuration), *({**self.configuration, key: value} for key, value in values))

    def keeps_apart(self, configuration: object) -> bool:
        """Tell whether a configuration has values together that the upstream does not take together."""
        if not isinstance(configuration, dict):
            return False
        needed = [rule for name, rule in self.beside.items() if configuration.get(name) is not None]
        lacks = any(configuration.get(key) not in values for rule in needed for key, values in rule.items())
        return lacks or any(all(configuration.get(key) == value for key, value in pair.items()) for pair in self.apart)


DALLE3: Final = Profile(
    name="DALL-E 3",
    field="dalle3",
    flag="--dalle3-deployment",
    variable="DALLE3_DEPLOYMENT_NAME",
    notebook="cookbook notebook",
    documented=MappingProxyType(
        {
            "quality": ("standard", "hd"),
            "size": ("1024x1024", "1792x1024", "1024x1792"),
            "style": ("vivid", "natural"),
        }
    ),
    configuration=MappingProxyType({"quality": "hd", "size": "1792x1024", "style": "vivid"}),
    forbidden=MappingProxyType({"quality": 42}),
    default_size="1024x1024",
    revises_prompt=True,
)
"""The notebook "How to call DALL-E-3 with configuration"."""

GPT_IMAGE_1: Final = Profile(
    name="GPT-Image-1",
    field="gpt_image_1",
    flag="--gpt-image-1-deployment",
    variable="GPT_IMAGE_1_DEPLOYMENT_NAME",
    notebook="second cookbook notebook",
    documented=MappingProxyType(
        {
            "background": ("transparent", "opaque", "auto"),
            "moderation": ("low", "auto"),
            "output_compression": (),
            "output_format": ("png", "jpeg", "webp"),
            "quality": ("high", "medium", "low"),
            "size": ("1024x1024", "1536x1024", "1024x1536", "auto"),
        }
    ),
    configuration=MappingProxyType({"background": "transparent", "quality": "high", "size": "1024x1024"}),
    forbidden=MappingProxyType({"quality": 42}),
    default_size="1024x1024",
    type_key="output_format",
    transparent=MappingProxyType({"background": "transparent", "quality": "high", "size": "1024x1024"}),
    apart=(MappingProxyType({"background": "transparent", "output_format": "jpeg"}),),
    beside=MappingProxyType({"output_compression": MappingProxyType({"output_format": ("jpeg", "webp")})}),
)
"""The notebook "How to call GPT-Image-1 with configuration" (dial-api 14)."""

PROFILES: Final = (DALLE3, GPT_IMAGE_1)
"""All image models that have a notebook."""


def profiles_of(named: object) -> dict[str, Profile]:
    """Return the deployments that were named as image models, and as which.

    Args:
        named: What has the field of each profile: the id of a deployment, or None.
    """
    ids = {one: getattr(named, one.field) for one in PROFILES}
    return {name: one for one, name in ids.items() if name is not None}
