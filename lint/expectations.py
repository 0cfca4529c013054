"""What an operation may answer to a request that fits its schema, where no schema can say that it will be refused.

    expectations.py DOCUMENT PERMISSIONS > operations.toml

DOCUMENT is the service's OpenAPI document, PERMISSIONS the permissions of the account that calls, as `GET /v1/me` lists them. Each
rule names the operations it is for and why they may refuse; what no rule allows is a finding. An operation whose permission the
account lacks answers 403 and nothing else.
"""

import json
import re
import sys

SIGN_IN = {"create_session", "activate_user", "refresh_session", "create_token"}
# Operations whose permission is not the whole answer.
BY_RELATION = {
    "create_evaluation", "update_evaluation", "delete_evaluation", "submit_evaluation", "withdraw_evaluation",
    # An officer withdraws proposals; only managers cancel a pair in effect.
    "cancel_assignment",
    # A root, and the unit that a manager's own grant names, are the administrators'.
    "create_organization", "update_organization", "delete_organization", "merge_organization", "move_organization",
    "rename_organization", "put_organization_by_external_id",
    # Events are seen by all to whom they are open, and kept by their host; enrolments are kept by the present unit and the host.
    "update_training_event", "delete_training_event", "open_training_event", "finish_training_event", "cancel_training_event",
    # Postings are kept by the present unit; the host tells what came of them. What they begin in the growth file is completed by the
    # cadre and the unit, not by mentors.
    "update_posting", "start_posting", "extend_posting", "finish_posting", "recall_posting", "cancel_posting",
    "complete_growth_entry",
    # An exchange is kept by whoever keeps every leg of it.
    "start_exchange", "extend_exchange", "finish_exchange", "cancel_exchange",
    # A talk is confirmed by the one of its pair who did not record it; what was agreed is done by its pair; one is opened by others.
    "confirm_mentoring_session", "done_follow_up", "reveal_mentoring_session",
    "record_attendance", "get_training_event_feedback", "excuse_enrolment", "readmit_enrolment", "rate_enrolment",
}


def writes(operation):
    return operation["method"] != "get" and not operation["id"].startswith("search_")


# Statuses, the operations, why.
RULES = [
    (["404"], lambda o: "{" in o["path"], "an id in the address is made up, and most name nothing"),
    (["412"], lambda o: o["has_if_match"], "an ETag is made up"),
    (["422"], lambda o: writes(o) and o["has_body"], "a body refers to what is not there, or its members contradict each other"),
    (["422"], lambda o: o["is_keyed"], "an idempotency key was used for another request before"),
    (["403"], lambda o: o["id"] in BY_RELATION, "whether the account may do it depends on the record, too"),
    (["403"], lambda o: "reveal" in o["query"], "`reveal` asks for a permission of its own"),
    (["410"], lambda o: o["id"] == "set_up", "the demo is set up"),
    (["409"], writes, "a rule of the programme, a state, a record that has the same, a key that is at work"),
    (["410"], lambda o: o["path"].startswith("/v1/organizations/"), "a unit was merged into another"),
    (["401", "429"], lambda o: o["id"] in SIGN_IN, "credentials are made up, and many of them are too many"),
    (["400"], lambda o: o["id"] == "create_token", "RFC 6749 answers most faults with 400"),
    (["400"], lambda o: re.match("list_|search_|get_code_set$", o["id"]), "a cursor is made by the service and bound to its query"),
    (["400", "413"], lambda o: o["id"].startswith("import_"), "a file has no headings, or more rows than are taken"),
]


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            references = [parameter.get("$ref", "") for parameter in operation.get("parameters", [])]
            yield {
                "id": operation["operationId"],
                "method": method,
                "path": path,
                "permission": operation.get("x-permission"),
                "query": {parameter.get("name") for parameter in operation.get("parameters", []) if parameter.get("in") == "query"},
                "is_keyed": any(reference.endswith("/IdempotencyKey") for reference in references),
                "has_body": "requestBody" in operation,
                "has_if_match": any("/IfMatch" in reference or "/IfNoneMatchAny" in reference for reference in references),
            }


def word(text):
    return text.replace("_", "").lower()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    permissions = {word(permission) for permission in sys.argv[2].split(",")}
    for operation in operations(document):
        permission = operation["permission"]
        if permission and word(permission) not in permissions:
            statuses, reasons = {"403"}, ["the account lacks the permission"]
        else:
            rules = [(allowed, why) for allowed, applies, why in RULES if applies(operation)]
            statuses = {"2xx", "3xx"}.union(*(allowed for allowed, _ in rules))
            reasons = [why for _, why in rules]
        print(f"\n# {'; '.join(reasons) or 'nothing stands against it'}.")
        print("[[operations]]")
        print(f'include-operation-id = "{operation["id"]}"')
        print(f"checks.positive_data_acceptance.expected-statuses = {json.dumps(sorted(statuses))}")


main()
