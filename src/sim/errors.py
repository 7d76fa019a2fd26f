"""The error of input that can't be used: what a person can mend, told in one message for each fault."""


class SimError(Exception):
    """Input that can't be used: settings, a scenario, a stored output, a posterior, a cache.

    Commands print its messages and end with exit code 2; who uses `sim` as a library catches this one class.

    Parameters
    ----------
    messages
        A line for each fault: where it is, what was found, and what is allowed.

    Examples
    --------
    >>> import sim
    >>> try:
    ...     sim.load("nowhere.yaml")
    ... except sim.SimError as error:
    ...     print(error)
    nowhere.yaml: no such file
    """

    def __init__(self, messages: list[str] | str):
        super().__init__(messages)
        self.messages = [messages] if isinstance(messages, str) else messages

    def __str__(self) -> str:
        """All messages, a line each."""
        return "\n".join(self.messages)
