"""What one unit does with another's ids: nothing, and the other's rows stay as they are.

Two whole worlds: a care unit and a pharmacy with everything in it, twice. Each address that a
person of the first may open is asked for with the second's ids, one by one and all together, by GET
and by POST; then each form of the first's pages is sent with the second's ids in its fields.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import combinations
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from tests.conftest import ActingClient
from tests.house.test_access_table import TABLE, WHO, World, make_world

# The agency is one unit; its people see every case (domain §7).
PEOPLE = ("author", "colleague", "pharmacist", "staff")
# The register of products, and what is told of a product to all who have a licence for it.
FOR_ALL = frozenset({"medicines:product", "licences:safety_told"})
# What a request leaves behind whoever sends it.
NOBODYS = frozenset({"klas_bucket", "accounts_personsession", "klas_accesslogentry"})


def tables() -> list[str]:
    found = {model._meta.db_table for model in apps.get_models() if model._meta.managed}
    return sorted(found - NOBODYS)


def last_ids() -> dict[str, int]:
    """The highest id of each table that has one."""
    return {table: _value(f"SELECT coalesce(max(id), 0) FROM {table}") for table in numbered()}


def numbered() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE column_name = 'id' AND data_type IN ('bigint', 'integer')"
        )
        return sorted({row[0] for row in cursor.fetchall()} & set(tables()))


def _value(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def fingerprint(after: dict[str, int], until: dict[str, int]) -> dict[str, tuple[int, int]]:
    """How many rows there are of those that were made between two moments, and what they say."""
    found = {}
    for table, first in after.items():
        rows = f"FROM {table} row WHERE id > {first} AND id <= {until[table]}"
        found[table] = (
            _value(f"SELECT count(*) {rows}"),
            _value(f"SELECT coalesce(sum(hashtext(row::text)), 0) {rows}"),
        )
    return found


@dataclass
class Form:
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    # Those whose value a person does not type: hidden, chosen from a list, ticked.
    chosen: set[str] = field(default_factory=set)


class FormFinder(HTMLParser):
    """The forms of a page that are sent by POST, filled in as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(given.get("action", ""))
            if given.get("method", "").lower() == "post":
                self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "select":
            self.select = given.get("name", "")
        elif tag == "option" and self.select:
            self._choose(self.select, given.get("value", ""))
        elif tag in {"input", "button", "textarea"} and given.get("name"):
            self.form.fields.setdefault(given["name"], given.get("value", ""))
            if given.get("type") in {"hidden", "radio", "checkbox"}:
                self._choose(given["name"], given.get("value", ""))

    def _choose(self, name: str, value: str) -> None:
        assert self.form is not None
        if value.isdigit() or not self.form.fields.get(name):
            self.form.fields[name] = value
        self.form.chosen.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""


def swapped(name: str, mine: World, other: World) -> Iterator[str]:
    """An address with the other's ids in place of one's own: each alone, and together."""
    own, theirs = mine.keys[name], other.keys[name]
    ids = [key for key, value in own.items() if isinstance(value, int) and value != theirs[key]]
    for count in range(1, len(ids) + 1):
        for chosen in combinations(ids, count):
            yield reverse(name, kwargs={**own, **{key: theirs[key] for key in chosen}})


def others_ids(own: World, other: World) -> dict[str, str]:
    """Own id → the other's of the same kind, wherever an address or a person has one."""
    pairs = {}
    for name, keys in own.keys.items():
        for key, value in keys.items():
            if isinstance(value, int) and key != "number":
                pairs[str(value)] = str(other.keys[name][key])
    for who, person in own.people.items():
        pairs[str(person.pk)] = str(other.people[who].pk)
    pharmacist, theirs = own.people["pharmacist"], other.people["pharmacist"]
    pairs[str(pharmacist.pharmacy_id)] = str(theirs.pharmacy_id)
    return pairs


def is_post_only(name: str, who: str) -> bool:
    return TABLE[name].split()[WHO.index(who)] == "302"


def opened_by(who: str) -> list[str]:
    """The addresses with ids that a person's own world answers with anything but 403."""
    column = WHO.index(who)
    return [
        name
        for name, codes in TABLE.items()
        if codes.split()[column] in {"200", "302", "404"} and name not in FOR_ALL
    ]


@pytest.mark.django_db
def test_another_units_ids_lead_nowhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    mine = make_world()
    before_theirs = last_ids()
    theirs = make_world()
    until = last_ids()
    before = fingerprint(before_theirs, until)
    assert sum(count for count, _text in before.values()) > 200, "there is something to spoil"
    wrong, asked = [], 0
    clients = {who: ActingClient().act_as(mine.people[who]) for who in PEOPLE}
    for who, client in clients.items():
        for name in opened_by(who):
            for address in swapped(name, mine, theirs):
                asked += 1
                code = client.get(address).status_code
                # An address for POST leads a GET to its page, which is one's own or a 404.
                if code not in {403, 404, 302 if is_post_only(name, who) else 404}:
                    wrong.append(f"GET {name} for {who}: {code} at {address}")
                form = {"_key": str(uuid.uuid4()), "_version": "1", "reason": "x", "text": "x"}
                code = client.post(address, form).status_code
                if code not in {403, 404, 405}:
                    wrong.append(f"POST {name} for {who}: {code} at {address}")
    assert not wrong, "\n".join(wrong)
    assert asked > 150
    assert fingerprint(before_theirs, until) == before

    # Ids in the fields of one's own forms.
    pairs, sent = others_ids(mine, theirs), 0
    for who, client in clients.items():
        for name in opened_by(who):
            page = client.get(mine.addresses[name])
            if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
                continue
            finder = FormFinder()
            finder.feed(page.content.decode())
            for form in finder.forms:
                for key in form.chosen - {"_version"}:
                    if form.fields[key] not in pairs:
                        continue
                    fields = {**form.fields, "_key": str(uuid.uuid4())}
                    fields[key] = pairs[form.fields[key]]
                    code = client.post(form.action or mine.addresses[name], fields).status_code
                    sent += 1
                    if code >= 500:
                        wrong.append(f"{key} of {name} for {who}: {code}")
    assert not wrong, "\n".join(wrong)
    assert sent >= 5
    assert fingerprint(before_theirs, until) == before
