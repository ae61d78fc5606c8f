"""The task list of what is being written: a draft, or a supplement."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klas.presentation import swedish_datetime
from klas.section_view import SHOW_ERRORS
from klas.sections import Answers, Section
from klas.summary import Task, TaskStatus
from motivations.kinds.common import PRODUCT
from motivations.services import attachments, drafts, progress
from motivations.services.drafts import Save
from motivations.services.writing import sections_of
from motivations.views.addresses import section_address
from motivations.views.own import VisibleMotivationView


class TaskListView(VisibleMotivationView):
    """What the two task lists share."""

    def tasks(self, answers: Answers) -> list[Task]:
        """The prescriber's particulars, the sections and the attachments, in order."""
        sections = [self._section(section, answers) for section in sections_of(self.motivation)]
        return [self._particulars(), *sections, self._attachments(answers)]

    @cached_property
    def saves(self) -> dict[str, Save]:
        """Who saved each section last, by slug."""
        return drafts.saves_of(self.motivation)

    def _particulars(self) -> Task:
        problem, author = self.prescriber_problem(), self.motivation.author
        return Task(
            _("Dina uppgifter") if self.is_author else _("Förskrivarens uppgifter"),
            reverse("accounts:profile") if self.is_author else "",
            TaskStatus.PROBLEM if problem else TaskStatus.DONE,
            hint=problem or f"{author.user.name}, {author.unit_name}",
        )

    def _section(self, section: Section, answers: Answers) -> Task:
        status = progress.section_status(section, answers)
        address = section_address(self.motivation, section)
        if status == TaskStatus.PROBLEM:
            address += f"?{SHOW_ERRORS}=1"
        hints = [self.motivation.product_line if section.slug == PRODUCT else ""]
        save = self.saves.get(section.slug)
        if save and save.by.user_id != self.acting.user_id:
            moment = swedish_datetime(save.at)
            hints.append(
                _("Sparat av %(name)s %(moment)s") % {"name": save.by.user.name, "moment": moment}
            )
        return Task(section.title, address, status, hint=". ".join(filter(None, hints)))

    def _attachments(self, answers: Answers) -> Task:
        count = self.motivation.attachments.count()
        is_demanded = attachments.needs_product_documentation(self.motivation, answers)
        hint = ngettext("%(count)s fil", "%(count)s filer", count) % {"count": count}
        if not count:
            hint = _("Produktdokumentation krävs") if is_demanded else _("Frivilligt")
        return Task(
            _("Bilagor"),
            reverse("motivations:attachments", args=[self.motivation.pk]),
            attachments.task_status(self.motivation, answers),
            hint=hint,
        )


def send_task(name: str, url: str, tasks: list[Task], *, hint: str = "") -> Task:
    """The last task of a list: it can be begun when all the others are done."""
    is_ready = all(task.status == TaskStatus.DONE for task in tasks)
    status = TaskStatus.NOT_STARTED if is_ready else TaskStatus.CANNOT_START
    return Task(name, url, status, hint=hint)
