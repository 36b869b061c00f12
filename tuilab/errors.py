"""What tuilab says of bad input: one line with the file, the path of the value and what is allowed."""


class BadInput(ValueError):
    """Input that is refused before anything starts (exit code 2).

    `path` names the value inside its file (`network.hidden[1]`, `row 3, column "age"`), `file` the file; either
    may be empty. Its text is the one line that a person sees: ``FILE: PATH: MESSAGE``.
    """

    def __init__(self, message: str, *, path: str = "", file: str = "") -> None:
        super().__init__(message)
        self.message, self.path, self.file = message, path, file

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.path, self.message) if part)

    def within(self, file: str) -> "BadInput":
        """The same fault, said of `file`."""
        return BadInput(self.message, path=self.path, file=file)
