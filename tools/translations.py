"""``make messages``: gathers every text marked for translation into locale/.

Needs GNU gettext (Debian: ``apt-get install gettext``), as only developers do: what runs
the product compiles the translations without it. Translate what is new in the .po files
afterwards; tests/test_translations.py names whatever is missing.
"""

import os
import shutil
import sys
from pathlib import Path

import django
from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = [".venv", "node_modules", "var", "staticfiles", "static/vendor", "tests"]

# Texts of the theme and of Django that our pages show and that come with no Ukrainian, or
# with words bent for a noun of another gender. Named here, they are gathered like ours.
OF_PACKAGES = (
    _(" By %(filter_title)s "),
    _("“%(pk)s” is not a valid value."),
    _(
        "%(datetime)s couldn’t be interpreted in time zone %(current_timezone)s; "
        "it may be ambiguous or it may not exist."
    ),
    _("Add %s"),
    _("Add %(name)s"),
    _("Add another %(model)s"),
    _("Add another %(verbose_name)s"),
    _("Add row"),
    _("After you've created a user, you’ll be able to edit more user options."),
    _("All applications"),
    _("Apply Filters"),
    _(
        "Are you sure you want to delete the selected %(objects_name)s? "
        "All of the following objects and their related items will be deleted:"
    ),
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? '
        "All of the following related items will be deleted:"
    ),
    _("Cancel"),
    _("Cannot delete %(name)s"),
    _("Change %s"),
    _("Change selected %(model)s"),
    _("Choose file to upload"),
    _("Click here to select the objects across all pages"),
    _("Click to cancel"),
    _("Dark"),
    _("Delete"),
    _("Delete selected %(model)s"),
    _("Delete selected %(verbose_name_plural)s"),
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    _("Expand row"),
    _("False"),
    _("Filters"),
    _("Forgotten your password or username?"),
    _("General"),
    _("Go back"),
    _("Light"),
    _("Loading more results..."),
    _("More actions"),
    _("Next"),
    _("No data"),
    _("No, take me back"),
    _("No recent searches"),
    _("No results found"),
    _("No results matching your query"),
    _("Objects"),
    _(
        "Please enter the correct %(username)s and password for a staff account. "
        "Note that both fields may be case-sensitive."
    ),
    _("Previous"),
    _(
        "Raw passwords are not stored, so there is no way to see this user’s password, "
        'but you can change the password using <a href="{}" '
        'class="text-primary-600 dark:text-primary-500">this form</a>.'
    ),
    _("Recent searches"),
    _("Reset filters"),
    _("Return to site"),
    _("Run"),
    _("Search apps and models..."),
    _("Select %s"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("Select action"),
    _("Select action to run"),
    _("Select all %(total_count)s %(module_name)s"),
    _("Select all objects on this page for an action"),
    _("Select all rows"),
    _("Select record"),
    _("Select value"),
    _("Submit"),
    _("Sorting priority: %(priority_number)s"),
    _("Successfully deleted %(count)d %(items)s."),
    _("Summary"),
    _("System"),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully."),
    _("This field is required."),
    _("This item will be deleted."),
    _("This page yielded into no results. Create a new item or reset your filters."),
    _("Toggle password visibility"),
    _("True"),
    _("Type to search"),
    _("View %s"),
    _("View selected %(model)s"),
    _("Welcome back to"),
    _(
        "Whether the user will be able to authenticate using a password or not. "
        "If disabled, they may still be able to authenticate using other backends, "
        "such as Single Sign-On or LDAP."
    ),
    _("Yes, I’m sure"),
    _("You have been successfully logged out from the administration"),
)


def main() -> None:
    if not shutil.which("xgettext"):
        sys.exit("make messages needs GNU gettext (Debian: apt-get install gettext).")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    os.chdir(ROOT)
    call_command(
        "makemessages",
        locale=sorted(path.name for path in (ROOT / "locale").iterdir() if path.is_dir()),
        ignore_patterns=NOT_OURS,
        no_location=True,
        no_wrap=True,
        no_obsolete=True,
    )


if __name__ == "__main__":
    main()
