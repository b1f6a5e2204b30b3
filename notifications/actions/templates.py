"""The company's switches and words."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.defaults import LANGUAGES, Wording, meeting_line, shipped
from notifications.errors import Problem, TemplateRefused
from notifications.kinds import MESSAGES, Audience, Channel, Kind, MessageSpec, specs_of
from notifications.models import MessageSetting, MessageTemplate
from notifications.render import Misplaced, misplaced
from notifications.variables import ALL_NAMES, names_for

_WITH_MEETING_LINK = (Kind.CONFIRMATION, Kind.APPROVED, Kind.REMINDER)


def switches() -> dict[str, bool]:
    """Which messages are on for the company, by slug, in one query.

    Not those that have no switch: they have times instead, or are always on.
    """
    is_on = shipped_switches()
    for setting in MessageSetting.objects.all():
        is_on[str(setting)] = setting.is_on
    return is_on


def shipped_switches() -> dict[str, bool]:
    """The switches of a company that never touched any."""
    return {slug: spec.default_on for slug, spec in MESSAGES.items() if spec.has_switch}


@transaction.atomic(durable=True)
def set_switches(is_on: Mapping[str, bool]) -> None:
    """Switch messages, named by slug. What is owed already asks again when it is due."""
    for slug, wanted in is_on.items():
        spec = MESSAGES[slug]
        if not spec.has_switch:
            continue
        MessageSetting.objects.update_or_create(
            kind=spec.kind,
            audience=spec.audience,
            channel=spec.channel,
            defaults={"is_on": wanted},
        )


def wording(kind: str, audience: str, channel: str, language: str) -> Wording:
    """Return the company's own words where there are any, else the shipped ones.

    A language in which none ship is told in English: the company's, where it has its own.
    """
    spoken = [language] if language in LANGUAGES else [language, "en"]
    owns = MessageTemplate.objects.filter(
        kind=kind, audience=audience, channel=channel, language__in=spoken
    )
    own = min(owns, key=lambda text: spoken.index(text.language), default=None)
    if own is not None:
        return Wording(own.subject, own.body, own.body_html)
    return shipped(kind, audience, channel, language)


def save_template(
    *, spec: MessageSpec, language: str, subject: str, body: str, html: str = ""
) -> None:
    """Store the company's own words; the shipped ones again are stored as nothing.

    Raises TemplateRefused, naming the line and column of whatever cannot stand there.
    """
    new = checked_words(spec, Wording(subject, body, html))
    if new == shipped(spec.kind, spec.audience, spec.channel, language):
        restore_template(spec=spec, language=language)
    else:
        _store(spec, language, new)


def checked_words(spec: MessageSpec, words: Wording) -> Wording:
    """Return words as they are stored, an SMS without a subject and HTML.

    Raises TemplateRefused, naming the line and column of whatever cannot stand there.
    """
    is_sms = spec.channel == Channel.SMS
    new = Wording(
        subject="" if is_sms else words.subject,
        body=words.body.replace("\r\n", "\n"),
        html="" if is_sms else words.html.replace("\r\n", "\n").strip(),
    )
    if problems := _problems(spec, new):
        raise TemplateRefused(problems)
    return new


def restore_template(*, spec: MessageSpec, language: str) -> None:
    """Forget the company's own words, so that the shipped ones stand again."""
    MessageTemplate.objects.filter(
        kind=spec.kind, audience=spec.audience, channel=spec.channel, language=language
    ).delete()


@transaction.atomic(durable=True)
def restore_all() -> None:
    """Forget every switch and all words of the company; times and flexible texts stay."""
    MessageSetting.objects.all().delete()
    MessageTemplate.objects.all().delete()


@transaction.atomic(durable=True)
def insert_meeting_links() -> int:
    """Put the reader's meeting link into every confirmation and reminder that lacks it.

    Returns how many texts changed. On a booking without a meeting the line disappears.
    """
    changed = 0
    for kind in _WITH_MEETING_LINK:
        for spec in specs_of(kind):
            for language in sorted({*LANGUAGES, *_languages_written_in(spec)}):
                changed += _insert_meeting_link(spec, language)
    return changed


def _languages_written_in(spec: MessageSpec) -> Iterable[str]:
    """Those that the company has words of its own in; also ones that no texts ship in."""
    owns = MessageTemplate.objects.filter(
        kind=spec.kind, audience=spec.audience, channel=spec.channel
    )
    return owns.values_list("language", flat=True)


def _insert_meeting_link(spec: MessageSpec, language: str) -> bool:
    old = wording(spec.kind, spec.audience, spec.channel, language)
    line = meeting_line(spec.audience, language)
    variable, new = _variable_in(line), old
    if variable not in old.body:
        new = replace(new, body=_with_line(old.body, line))
    if old.html and variable not in old.html:
        new = replace(new, html=f"{old.html}\n<p>{line}</p>")
    if new == old:
        return False
    _store(spec, language, new)
    return True


def _variable_in(line: str) -> str:
    return line[line.index("[") : line.index("]") + 1]


def _with_line(body: str, line: str) -> str:
    """Put a line below the one that tells the time; at the end where none does."""
    lines = body.split("\n")
    told = [number for number, text in enumerate(lines) if "[time_start]" in text]
    lines.insert(told[0] + 1 if told else len(lines), line)
    return "\n".join(lines)


def _store(spec: MessageSpec, language: str, new: Wording) -> None:
    MessageTemplate.objects.update_or_create(
        kind=spec.kind,
        audience=spec.audience,
        channel=spec.channel,
        language=language,
        defaults={"subject": new.subject, "body": new.body, "body_html": new.html},
    )


def _problems(spec: MessageSpec, new: Wording) -> list[Problem]:
    problems = [
        Problem(field, _explained(found, spec))
        for field, text in _fields(new)
        for found in misplaced(text, names_for(spec.audience, spec.channel))
    ]
    if not new.body.strip():
        problems.append(Problem("body", _("Write a text.")))
    if spec.channel == Channel.EMAIL and not new.subject.strip():
        problems.append(Problem("subject", _("Write a subject.")))
    return problems


def _fields(words: Wording) -> tuple[tuple[str, str], ...]:
    return ("subject", words.subject), ("body", words.body), ("html", words.html)


def _explained(found: Misplaced, spec: MessageSpec) -> str:
    where = _("Line %(line)s, column %(column)s:") % {"line": found.line, "column": found.column}
    if found.name in names_for(spec.audience, Channel.EMAIL):
        what = _("[%(name)s] cannot be used in an SMS.") % {"name": found.name}
    elif found.name in ALL_NAMES:
        what = _("[%(name)s] cannot be used in messages to this reader (%(reader)s).") % {
            "name": found.name,
            "reader": Audience(spec.audience).label,
        }
    else:
        what = _("there is no variable [%(name)s].") % {"name": found.name}
    if found.suggestion:
        what += " " + _("Did you mean [%(name)s]?") % {"name": found.suggestion}
    return f"{where} {what}"
