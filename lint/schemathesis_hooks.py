"""What no schema can say about the requests that schemathesis makes."""

import re

import schemathesis

# What the document says of `If-Match`.
IF_MATCH = re.compile(r'\*|(W/)?"[!#-~]*"')
LONGEST_IF_MATCH = 128


@schemathesis.hook
def before_call(context, case, kwargs):
    """With `fields` the rows of a list lack members that are required otherwise; OpenAPI cannot make one depend on the other.

    The test suite covers `fields`. A faulty `fields` is still sent, because the service has to refuse it.
    """
    mode = case.meta.generation.mode if case.meta else None
    if mode is not None and mode.is_positive and case.query:
        case.query.pop("fields", None)


@schemathesis.hook("before_call")
def send_an_etag(context, case, kwargs):
    """Where a request tries the bounds of another header, schemathesis 4.32 fills `If-Match` with the first value that it made up to be
    refused, and still expects the request to be accepted. `*` takes its place; a faulty `If-Match` is sent where it is the one tried.
    """
    mode = case.meta.generation.mode if case.meta else None
    sent = (case.headers or {}).get("If-Match")
    if mode is None or not mode.is_positive or sent is None:
        return
    if len(sent) > LONGEST_IF_MATCH or not IF_MATCH.fullmatch(sent):
        case.headers["If-Match"] = "*"
