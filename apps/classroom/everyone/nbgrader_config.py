"""nbgrader's settings for teacher and students alike."""

import os

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "first-neural-network"
c.Exchange.root = os.environ.get("FIRSTNET_EXCHANGE", "/srv/firstnet/exchange")
c.Exchange.path_includes_course = True
