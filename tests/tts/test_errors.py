"""Kinds of errors: a code and a status each, whatever class they come from."""

from __future__ import annotations

import pytest

from tts.errors import RequestError, kinds


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in kinds()]
    assert len(set(codes)) == len(codes) > 5


def test_children_of_a_class_between_are_found_and_the_class_between_is_no_kind() -> None:
    class Base(RequestError):
        pass

    class Download(Base):
        """Has no code: nobody is told it."""

    class Refused(Download):
        code, status = "refused", 403

    class Failed(Refused):
        code, status = "failed", 502

    assert kinds(Base) == [Refused, Failed]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.code)
def test_only_what_the_worker_does_may_succeed_when_sent_again(kind: type[RequestError]) -> None:
    assert 400 <= kind.status < 600
    assert not (kind.retry and kind.status < 500)


def test_an_error_is_shown_with_its_field_if_it_has_one() -> None:
    kind = kinds()[0]
    assert kind("a", "b").as_dict() == {"code": kind.code, "message": "a", "hint": "b"}
    assert kind("a", "b", "c").as_dict()["field"] == "c"
