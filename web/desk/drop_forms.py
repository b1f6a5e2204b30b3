"""What the calendar sends when a tile was dragged, pulled longer or shorter, or moved by keys."""

from django import forms

from booking.models import Provider

FARTHEST_DAYS = 400
FARTHEST_MINUTES = 24 * 60


def _shift_field(most: int) -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=-most, max_value=most)


class DropForm(forms.Form):
    """By how much wall time the start moved, by how many minutes the end alone, and to whom.

    Without ``provider`` it stays with whoever has it; ``revision`` is that of the tile.
    """

    days = _shift_field(FARTHEST_DAYS)
    minutes = _shift_field(FARTHEST_MINUTES)
    end_minutes = _shift_field(FARTHEST_MINUTES)
    provider = forms.ModelChoiceField(queryset=Provider.objects.none(), required=False)
    revision = forms.IntegerField()

    def __init__(self, *args, providers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers
