"""What schemathesis does here beyond what the document tells it: most of its cases are about what there is.

The test writes a file (CONTRACT_WORLD) with resources for each operation; a case that is right in form gets their ids
in most of its requests, so that it comes further than to a 404. What is wrong in form on purpose stays as it is.
"""

import atexit
import base64
import gc
import itertools
import json
import os
import random
import re

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation

# a run ends after minutes: it is not worth its time to look often for what nobody needs any more
gc.set_threshold(100_000, 50, 100)

with open(os.environ["CONTRACT_WORLD"], encoding="utf-8") as file:
    WORLD = json.load(file)

ID = re.compile(r"^(?:[a-z]{3})_[0-7][0-9a-hjkmnp-tv-z]{25}$")
# the cursor of the document's examples
SHOWN_CURSOR = base64.urlsafe_b64encode(b'{"example":"where the next page begins"}').decode().rstrip("=")
RANDOM = random.Random(WORLD["seed"])
COUNT = itertools.count()
SEEN = {operation: itertools.count() for operation in WORLD["thinned"]}
ANSWERS = {}
RIGHT = {}
# one connection for all that is asked besides
SESSION = requests.Session()


def own_ids():
    """The ids of who asks and of the session that asks: who ends these has nothing more to ask."""
    token = WORLD["headers"].get("Authorization", "").removeprefix("Bearer ").split(".")
    if len(token) != 3:
        return {}
    claims = json.loads(base64.urlsafe_b64decode(token[1] + "=="))
    nobody = "0" * 26
    return {claims["sid"]: f"ses_{nobody}", claims["sub"]: f"usr_{nobody}"}


OWN = own_ids()
ENDS_SESSIONS = {"end_session", "update_user"}


def is_right(case, location):
    """Whether this part of a request is right in form."""
    component = case.meta.components.get(location) if case.meta else None
    if component is None:
        # the document's own examples are, and nothing is said of their parts
        return bool(case.meta) and case.meta.phase.name == "examples"
    return component.mode.is_positive


def is_wrong(case, location=None):
    """Whether this case is wrong in form on purpose, or just this part of it."""
    if not case.meta:
        return False
    part = case.meta.generation if location is None else case.meta.components.get(location)
    return part is not None and not part.mode.is_positive


def is_often(case, operation):
    """Whether this case is about what there is: four of five are, and the first that is right in form, whatever dice say."""
    if not (case.meta and case.meta.generation.mode.is_positive):
        return RANDOM.random() < 0.8
    if case.meta.phase.name == "examples":
        return True
    RIGHT[operation] = RIGHT.get(operation, 0) + 1
    return RIGHT[operation] % 5 != 0


def goes_on(case):
    """Whether this case goes on with what an earlier answer told: another id in its place would be another story."""
    return bool(case.meta) and case.meta.phase.name == "stateful"


def ids_of(operation):
    """The ids of one stage on which the operation can be granted, by their prefixes."""
    stages = WORLD["stages"].get(operation) or [WORLD["common"]]
    stage = RANDOM.choice(stages)
    return {**WORLD["common"], **stage}


def known(value, ids):
    """The value with ids of things that there are."""
    if isinstance(value, str) and ID.match(value):
        return ids.get(value[:3], value)
    if isinstance(value, list):
        return [known(item, ids) for item in value]
    if isinstance(value, dict):
        return {name: known(item, ids) for name, item in value.items()}
    return value


def real_cursor(case):
    """A cursor of the list that the case asks for, or none where it has one page only."""
    query = {**{name: value for name, value in (case.query or {}).items() if name != "cursor"}, "limit": 1}
    headers = {name: value for name, value in (case.headers or {}).items()}
    headers.update(WORLD["headers"])
    answer = SESSION.get(WORLD["url"] + case.formatted_path, params=query, headers=headers, timeout=20)
    return answer.json().get("next_cursor") if answer.ok else None


def chosen(operation, body):
    """The body with one of several members, where the document says in words that one of them is required."""
    if operation in ("login", "register"):
        names = [name for name in ("username", "email") if body.get(name) is not None]
        if not names:
            body = {**body, "username": "nobody-of-that-name"}
        elif operation == "login" and len(names) > 1:
            body = {name: value for name, value in body.items() if name != "email"}
    if operation == "create_api_key" and body.get("expires_in_days") is not None:
        body = {name: value for name, value in body.items() if name != "expires_at"}
    if operation in ("place_order", "draft_order", "update_draft") and isinstance(body.get("lines"), list):
        body = {**body, "lines": [line_of_one(line) for line in body["lines"]]}
    return body


def with_postal_codes(value):
    """The value with a postal code in each address: which countries have them, the document says in words."""
    if isinstance(value, list):
        return [with_postal_codes(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {name: with_postal_codes(item) for name, item in value.items()}
    if "line1" in value and "country" in value and not value.get("postal_code"):
        value["postal_code"] = "SW1Y 4LB"
    return value


def line_of_one(line):
    """The line with a product or a title, and not both."""
    if not isinstance(line, dict):
        return line
    if line.get("product_id") is not None:
        return {name: value for name, value in line.items() if name not in ("title", "unit_price")}
    return line if line.get("title") is not None else {**line, "title": "Of its own"}


def named_once(lines):
    """The lines, each ID of one once: that no other line has it, the document says in words."""
    seen, named = set(), []
    for line in lines:
        if isinstance(line, dict) and isinstance(line.get("id"), str):
            if line["id"] in seen:
                line = {name: value for name, value in line.items() if name != "id"}
            else:
                seen.add(line["id"])
        named.append(line)
    return named


@schemathesis.hook
def filter_case(context, case):
    """Leaves out most of what another person tries in full, where each boundary of each value is tried."""
    operation = case.operation.definition.raw.get("operationId", "")
    is_drawn = not case.meta or case.meta.phase.name != "coverage"
    return operation not in SEEN or is_drawn or next(SEEN[operation]) % WORLD["thinned"][operation] == 0


@schemathesis.hook
def before_call(context, case, kwargs):
    """Makes most cases be about what there is."""
    operation = case.operation.definition.raw.get("operationId", "")
    ids = {} if goes_on(case) else ids_of(operation)
    often = is_often(case, operation)
    if often and is_right(case, ParameterLocation.PATH):
        case.path_parameters = known(case.path_parameters, ids)
    if operation in ENDS_SESSIONS and case.path_parameters:
        case.path_parameters = {name: OWN.get(value, value) for name, value in case.path_parameters.items()}
    if case.query:
        is_right_query = is_right(case, ParameterLocation.QUERY)
        if often and is_right_query:
            case.query = known(case.query, ids)
        # which cursors there are is for the server to know; the document only knows their form, and shows one of another shop
        if "cursor" in case.query and (is_right_query or case.query["cursor"] == SHOWN_CURSOR):
            cursor = real_cursor(case)
            case.query = {name: value for name, value in case.query.items() if name != "cursor"}
            if cursor:
                case.query["cursor"] = cursor
        # nor are there more notes about an order here than its first page has
        if "notes_cursor" in case.query and is_right_query:
            del case.query["notes_cursor"]
    if case.meta and case.meta.generation.mode.is_positive and case.headers:
        # an empty header is taken for right though its schema has a least length
        for name in [name for name, value in case.headers.items() if not str(value).strip()]:
            del case.headers[name]
    if is_wrong(case) and "Idempotency-Key" in (case.headers or {}) and not is_wrong(case, ParameterLocation.HEADER):
        # what is wrong with the rest is told of a key that is new; one that stands for something else is refused as that
        case.headers["Idempotency-Key"] = f"{case.headers['Idempotency-Key'][:200]}-{next(COUNT)}"
    if is_right(case, ParameterLocation.HEADER) and case.headers:
        if "Last-Event-ID" in case.headers:
            del case.headers["Last-Event-ID"]
        if often and "If-Match" in case.headers:
            case.headers["If-Match"] = "*"
        if often and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"{case.headers['Idempotency-Key'][:200]}-{next(COUNT)}"
    is_right_body = is_right(case, ParameterLocation.BODY) or (bool(case.meta) and not is_wrong(case))
    if is_right_body and isinstance(case.body, dict):
        case.body = chosen(operation, with_postal_codes(case.body))
    if often and is_right(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        body = known(case.body, ids)
        for condition in ("version", "stock_version", "expected_total"):
            body.pop(condition, None)
        if isinstance(body.get("lines"), list):
            body["lines"] = named_once(body["lines"])
        case.body = body


@schemathesis.hook
def after_call(context, case, response):
    """Counts the answers."""
    operation = case.operation.definition.raw.get("operationId", "")
    mode = "right" if case.meta and case.meta.generation.mode.is_positive else "wrong"
    counts = ANSWERS.setdefault(operation, {}).setdefault(mode, {})
    counts[str(response.status_code)] = counts.get(str(response.status_code), 0) + 1


@atexit.register
def write_answers():
    """Writes the counts down, once all is tried."""
    with open(WORLD["answers"], "w", encoding="utf-8") as out:
        json.dump(ANSWERS, out)
