"""Show how far a run is: epoch, last measures, time gone, time left."""

LINE = "{desc}: epoch {n_fmt}/{total_fmt} |{bar:12}| {elapsed} gone, {remaining} left{postfix}"


class ProgressLine:
    """One line that a run keeps up to date; call it with the run's progress."""

    def __init__(self, label: str):
        self.label, self.bar = label, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.bar is not None:
            self.bar.close()

    def __call__(self, progress: dict, *, epochs: int) -> None:
        """Draw the line again; `progress` has the epochs' "seconds" and their "history"."""
        from tqdm import tqdm

        done = len(progress["seconds"])
        if self.bar is None:
            self.bar = tqdm(desc=self.label, initial=done, total=epochs, bar_format=LINE)
        self.bar.set_postfix({name: v[-1] for name, v in progress["history"].items()}, False)
        self.bar.update(done - self.bar.n)


class RunsLine:
    """One line for runs that go on side by side: how many have ended, time gone, time left."""

    def __init__(self, label: str, *, total: int, left: int):
        from tqdm import tqdm

        layout = LINE.replace("epoch", "run").replace("{postfix}", "")
        self.bar = tqdm(desc=label, initial=total - left, total=total, bar_format=layout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.bar.close()

    def advance(self) -> None:
        """Count one run more."""
        self.bar.update()
