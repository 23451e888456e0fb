"""Check yourself: the questions at the end of a chapter, answered in the page."""

import traitlets

from firstnet import quizzes
from firstnet.widgets._base import Explorable

FIRST = "01_meet_neuron"


class Quiz(Explorable):
    """The questions of a chapter; every trait syncs. The answers stand sealed in `questions`.

    The browser keeps the results on the reader's device, under one key for each chapter, and shows
    them again. The name for the saved file stays in the browser: it is no trait.

    Parameters
    ----------
    chapter : the name of a chapter, as "04_walk_downhill"; its quiz lies in `book/quizzes`.
    answers : what is chosen or typed now, by question id: the place of an option (from 0), a text,
        or the places of all options in the reader's order.
    checked : the same, when the reader last asked whether it is right.
    results : by question id, {"first": right at the first try, "tries": n, "right": right so far}.

    Raises
    ------
    FileNotFoundError
        For a chapter without a quiz, with the names that there are.
    firstnet.quizzes.QuizError
        For a faulty file of questions: file, question and key are named.
    """

    uses = ("choices",)

    chapter = traitlets.Unicode(FIRST, read_only=True).tag(sync=True)
    questions = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)
    checked = traitlets.Dict().tag(sync=True)
    results = traitlets.Dict().tag(sync=True)

    def __init__(self, chapter=FIRST, **traits):
        questions = quizzes.sealed(quizzes.load(chapter))
        self.set_trait("chapter", chapter)
        self.set_trait("questions", questions)
        super().__init__(**traits)
