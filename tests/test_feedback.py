"""The page for a student: the chapter's title, and reasons that a student can use."""

from firstnet.classroom import feedback

STEM = "04_walk_downhill"


def row(reason, status="UNGRADED", points=None, **more):
    about = {"question": "descend", "title": "Take a step", "max_points": 3, "cases": []}
    return about | {"status": status, "points": points, "reason": reason} | more


def page(*rows, assignment=STEM):
    return feedback.page({"student": "ada", "assignment": assignment, "results": list(rows)})


def test_the_heading_is_the_title_of_the_chapter():
    assert "<h1>Walk downhill</h1>" in page(row("It is empty"))
    assert "<h1>my &lt;b&gt; exam</h1>" in page(row("It is empty"), assignment="my_<b>_exam")


def test_of_a_damaged_file_the_reason_stands_there_once():
    said = page(*[row("The file is damaged")] * 5)
    assert "Nothing could be graded yet." in said
    assert said.count("The file is damaged. Your teacher decides.") == 1
    assert said.count("3 points: not graded yet") == 5
    assert "0 of 0" not in said


def test_different_reasons_stand_beside_their_questions():
    said = page(row("It is slow"), row("It is large"), row("Right.", "graded", 3))
    assert "It is slow. Your teacher decides." in said
    assert "It is large. Your teacher decides." in said
    assert "3 of 3 points so far. 6 points more are not decided yet." in said


def test_a_place_is_named_as_a_student_knows_it():
    assert "(in your answer, line 1)." in page(row("invalid syntax (&lt;>)(<cell 16>, line 1)"))
    cases = [
        {"name": name, "points": 0, "max_points": 1, "reason": f"{name} (<cell …>, line …)"}
        for name in ("one", "two")
    ]
    said = page(row("both", "graded", 0, cases=cases))
    assert said.count("(in your answer, line …)") == 2
    assert "cell" not in said
