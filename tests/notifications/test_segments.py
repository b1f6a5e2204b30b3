"""How many SMS a text is, against known values."""

import pytest

from notifications.segments import BASIC, EXTENSION, Count, count
from tests.sms_texts import KNOWN

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(("text", "encoding", "units", "segments", "foreign"), KNOWN)
def test_segments_are_counted_as_gateways_do(text, encoding, units, segments, foreign):
    assert count(text) == Count(encoding, units, segments, foreign)


def test_alphabet_is_that_of_gsm():
    assert len(BASIC) == len(set(BASIC)) == 127  # the 128th is the escape to the extension
    assert len(set(EXTENSION)) == 10
    assert not set(BASIC) & set(EXTENSION)


def test_a_few_examples_tell_what_to_look_for():
    assert count("it’s").examples == "’"
    assert count("Привіт").examples == "П р и в і …"
