"""Colleagues named in a note: they are told, and find it in their list."""

from collections.abc import Iterable

from accounts.models import Assignment
from decisions.models import Mention, Note
from decisions.queries import colleagues
from klas.formats import fold_words
from notifications.enums import NoticeKind
from notifications.services.telling import tell


def named_in(text: str) -> list[Assignment]:
    """The colleagues named in a text as ``@Förnamn Efternamn``, or ``@förnamn`` if only one has it.

    Capitals and accents are forgiven.
    """
    if "@" not in text:
        return []
    named = [f"{fold_words(part)} " for part in text.split("@")[1:]]
    people = colleagues()
    firsts = {person.user_id: fold_words(person.user.name).split(" ")[0] for person in people}
    found = []
    for person in people:
        first = firsts[person.user_id]
        is_only = not any(firsts[id] == first for id in firsts if id != person.user_id)
        wanted = [fold_words(person.user.name), *([first] if is_only else [])]
        if any(name.startswith(f"{one} ") for name in named for one in wanted):
            found.append(person)
    return found


def mention(note: Note, people: Iterable[Assignment], *, by: Assignment) -> None:
    """Tell each of the people once that a note names them; not its author."""
    users = {person.user_id: person.user for person in people if person.user_id != by.user_id}
    Mention.objects.bulk_create([Mention(note=note, person=user) for user in users.values()])
    for user in users.values():
        tell(
            user,
            NoticeKind.MENTIONED,
            key=f"mention:{note.pk}",
            url=f"{note.case.get_absolute_url()}#anteckning-{note.pk}",
            reference=note.case.dnr,
            facts={"colleague": by.user.name},
        )
