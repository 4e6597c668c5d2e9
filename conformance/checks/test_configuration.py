"""The schema of a configuration."""

from __future__ import annotations

from conformance.contract.claim import CONFIGURATION
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.json_text import json_text
from conformance.contract.profile import PROFILES, Profile
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import NotClaimedError
from conformance.dial.ecma_pattern import first_fault, patterns_of
from conformance.dial.schema import Schema


@requirement("CONF-01", MUST, source="DIAL-3-1, DIAL-NOTEBOOK-4, DIAL-NOTEBOOK-5", claims=CONFIGURATION)
def test_claimed_configuration_has_a_schema(published_configuration: Exchange) -> None:
    """A deployment that claims a configuration publishes its schema, a JSON object."""
    assert published_configuration.status == 200, published_configuration.because("200")
    assert published_configuration.json_object is not None, published_configuration.because("a JSON object")


@requirement("CONF-02", MUST, source="DIAL-3-2, DIAL-3-8, DIAL-2.2-1; OpenAPI document of DIAL Core")
def test_unclaimed_configuration_has_no_schema(deployment: Deployment, published_configuration: Exchange) -> None:
    """A deployment that claims no configuration publishes none: 200 with nothing in it, 403 or 404."""
    if deployment.configurable:
        raise NotClaimedError("features.configuration is true")
    assert published_configuration.status in (200, 403, 404), published_configuration.because("200, 403 or 404")
    empty = not published_configuration.answer.body.strip()
    assert published_configuration.status != 200 or empty, published_configuration.because("an empty body")


@requirement("CONF-03", MUST, source="DIAL-3-1; OpenAPI document of DIAL Core")
def test_schema_is_sent_as_json(schema: Schema) -> None:
    """The schema's Content-Type is application/json."""
    assert schema.exchange.answer.media_type == "application/json", schema.because("application/json")


@requirement("CONF-04", MUST, source="DIAL-3.1-3; JSON Schema 2020-12 core, section 8.1.1")
def test_schema_is_valid(schema: Schema) -> None:
    """The schema is valid under the meta-schema of JSON Schema 2020-12 or draft-07."""
    assert schema.meta_fault is None, schema.because("a valid JSON Schema", schema.meta_fault)


@requirement("CONF-05", MUST, source="DIAL-3.1-4", requires=["CONF-04"])
def test_schema_is_of_an_object(schema: Schema) -> None:
    """The schema is of type object, and its `properties` are an object."""
    assert schema.shape_fault is None, schema.because("type object with properties", schema.shape_fault)


@requirement("CONF-06", MUST, source="DIAL-3.1-5", requires=["CONF-05"])
def test_references_resolve(schema: Schema) -> None:
    """Every `$ref` of the schema leads to a schema inside the document, and none back to itself without end."""
    if not schema.references:
        raise NotClaimedError("the schema has no $ref")
    lost = schema.lost_reference
    assert lost is None, schema.because("every $ref to a schema inside the document", lost)


@requirement("CONF-07", MUST, source="DIAL-3.1-7; JSON Schema 2020-12 validation, section 9.2, recommends it")
def test_defaults_are_valid(validating_schema: Schema) -> None:
    """Every `default` is allowed by its own schema."""
    if not validating_schema.defaults():
        raise NotClaimedError("the schema has no default")
    wrong = validating_schema.wrong_default()
    assert wrong is None, validating_schema.because("a default that its schema allows", wrong)


@requirement("CONF-08", MUST, source="DIAL-3.1-7", requires=["CONF-05"])
def test_required_properties_exist(schema: Schema) -> None:
    """Every name in `required` is one of the `properties`."""
    if not schema.objects_with_required():
        raise NotClaimedError("the schema requires nothing")
    unknown = schema.unknown_required()
    assert unknown is None, schema.because("names of properties", unknown)


@requirement(
    "CONF-09", MUST, source="DIAL-3.1-1, DIAL-14.1-1, DIAL-NOTEBOOK-5", profiles=PROFILES, requires=["CONF-08"]
)
def test_schema_of_image_model_allows_what_its_notebook_documents(profile: Profile, validating_schema: Schema) -> None:
    """The schema of an image model has the keys that its notebook documents, and allows their documented values."""
    missing = sorted(set(profile.documented) - set(validating_schema.properties))
    assert not missing, validating_schema.because(", ".join(profile.documented), f"no {', '.join(missing)}")
    forbidden = next((one for one in profile.configurations if not validating_schema.accepts(one)), None)
    assert forbidden is None, validating_schema.because(f"{json_text(forbidden)} is allowed")


@requirement("CONF-10", MUST, source="DIAL-14.1-1, DIAL-NOTEBOOK-7", profiles=PROFILES, requires=["CONF-09"])
def test_schema_of_image_model_forbids_what_its_notebook_forbids(profile: Profile, validating_schema: Schema) -> None:
    """The schema of an image model forbids what its notebook shows to be refused: `{"quality": 42}`."""
    forbidden = dict(profile.forbidden)
    assert not validating_schema.accepts(forbidden), validating_schema.because(f"{json_text(forbidden)} is forbidden")


@requirement("CONF-11", SHOULD, source="DIAL-3.1-6")
def test_empty_configuration_is_valid(validating_schema: Schema) -> None:
    """Where nothing is required, the schema allows `{}`."""
    if validating_schema.required:
        raise NotClaimedError("the schema has required properties")
    assert validating_schema.accepts({}), validating_schema.because("{} is allowed")


@requirement("CONF-12", MUST, source="DIAL-3-3")
def test_unknown_deployment_has_no_configuration(configuration_of_unknown_deployment: Exchange) -> None:
    """The configuration of a deployment that does not exist is answered with 404."""
    assert configuration_of_unknown_deployment.status == 404, configuration_of_unknown_deployment.because("404")


@requirement("CONF-13", SHOULD, source="DIAL-18.2-1; good practice: replicas of one adapter", requires=["CONF-05"])
def test_schema_is_repeatable(schema: Schema, configuration_again: Exchange) -> None:
    """Two calls give the same schema."""
    assert configuration_again.status == 200, configuration_again.because("200, as before")
    assert schema.equals(configuration_again.json_object), configuration_again.because("the same schema")


@requirement(
    "CONF-14", SHOULD, source="DIAL-3.1-2; DIAL documentation, custom buttons; aidial-sdk, forms", requires=["CONF-05"]
)
def test_buttons_are_complete(schema: Schema) -> None:
    """Each choice of a buttons widget has a const and a title, and dial:chatMessageInputDisabled is a boolean."""
    if not schema.buttons():
        raise NotClaimedError("the schema has no buttons")
    wrong = schema.wrong_button()
    assert wrong is None, schema.because("a const and a title for each button", wrong)


@requirement("CONF-15", SHOULD, source="DIAL-3-7", unless_like=("CONF-01", "schema_in_vain"))
def test_schema_is_not_for_post(configuration_by_post: Exchange) -> None:
    """POST on the path of the schema is not answered with 2xx."""
    assert not 200 <= configuration_by_post.status < 300, configuration_by_post.because("404, 405 or 502 No route")


@requirement("CONF-16", SHOULD, source="DIAL-18.3-1; good practice: OWASP, API security", requires=["CONF-05"])
def test_schema_holds_nothing_internal(schema: Schema) -> None:
    """Defaults, enums, consts, examples and descriptions of the schema hold no internal address and no secret."""
    found = schema.internal_value()
    assert found is None, schema.because("nothing internal", found)


@requirement("CONF-17", SHOULD, source="DIAL-3.1-8; JSON Schema 2020-12 core, section 6.4", requires=["CONF-05"])
def test_patterns_are_of_ecma_262(schema: Schema) -> None:
    """Every `pattern` of the schema is a regular expression of ECMA-262, which clients in any language can read."""
    if next(iter(patterns_of(schema.subschemas)), None) is None:
        raise NotClaimedError("the schema has no pattern")
    fault = first_fault(schema.subschemas)
    assert fault is None, schema.because("regular expressions of ECMA-262", fault)
