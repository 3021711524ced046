"""有用 and 没用 on a hit and on an answer, and the count of questions that found no good answer."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import streamlit as st

from desk import data
from desk.feedback import ANSWER, Feedback, FeedbackError, Vote, key
from search.models import Answer, Hit
from views import recent, theme, visitor

USEFUL, USELESS = "有用", "没用"
_VOTES, _NOTED = "feedback-votes", "feedback-noted"


def hit_buttons(answer: Answer, hit: Hit) -> None:
    """有用 or 没用 for one hit."""
    document, text = hit.document.path, hit.passage.text
    _choice(
        Vote(answer.query.text, hit.passage_id, document, text, answer.build, _token(), True), "这一段有用吗"
    )


def answer_buttons(answer: Answer) -> None:
    """有用 or 没用 for the answer as a whole."""
    label = "这次找到要找的了吗"
    with st.container(horizontal=True, vertical_alignment="center", key="answer-vote"):
        st.caption(label, width="content")
        _choice(Vote(answer.query.text, ANSWER, "", "", answer.build, _token(), True), label)


def note(answer: Answer) -> None:
    """Count the question, once a session, when it found no good answer in the whole library."""
    if not recent.questions_are_kept():
        return
    noted: set[str] = st.session_state.setdefault(_NOTED, set())
    if answer.query.filters or (asked := f"{answer.build} {key(answer.query.text)}") in noted:
        return
    noted.add(asked)
    good = answer.answerable and bool(answer.hits)
    try:
        Feedback(data.folder()).note(answer.query.text, answer.answerable, answer.confidence, good)
    except FeedbackError as error:
        st.toast(theme.plain(str(error)))


def _choice(vote: Vote, label: str) -> None:
    widget = "vote-" + hashlib.sha256(f"{key(vote.question)}\0{vote.passage}".encode()).hexdigest()[:16]
    # Streamlit forgets a choice when another page is shown; the session's own record doesn't.
    given: dict[str, str] = st.session_state.setdefault(_VOTES, {})
    st.segmented_control(
        label,
        [USEFUL, USELESS],
        default=given.get(widget),
        key=widget,
        label_visibility="collapsed",
        on_change=_changed,
        args=(vote, widget),
    )


def _changed(vote: Vote, widget: str) -> None:
    """Store, replace or withdraw a vote."""
    choice = st.session_state[widget]
    try:
        if choice is None:
            Feedback(data.folder()).withdraw(vote.question, vote.passage, vote.session)
            st.session_state[_VOTES].pop(widget, None)
        else:
            Feedback(data.folder()).vote(replace(vote, useful=choice == USEFUL))
            st.session_state[_VOTES][widget] = choice
            st.toast("谢谢，记下了。")
    except FeedbackError as error:
        st.toast(theme.plain(f"没有记下来：{error}"))


def _token() -> str:
    """A name for this browser that doesn't lead to its session pack, so that a mind can be changed after a reload."""
    return hashlib.sha256(f"feedback {visitor.token()}".encode()).hexdigest()[:16]
