"""What a teacher runs: assignments, grading, and a class without internet."""
