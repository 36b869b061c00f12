"""The left half of the main screen: the lesson over the panels, and what is done in them."""

from textual import on
from textual.containers import Container

from tuilab.ui.desk.board import Board
from tuilab.ui.desk.live import Live
from tuilab.ui.messages import FieldEdited, FieldLeft, FieldTurned
from tuilab.ui.panels.experiment import ExperimentColumn
from tuilab.ui.panels.lesson import LessonPanel


class Desk(Container):
    """Hands what is done to a field to the board; what is turned acts in the run, too, where that is wanted."""

    def __init__(self, lesson: LessonPanel, column: ExperimentColumn, board: Board, live: Live) -> None:
        super().__init__(lesson, column, id="desk")
        self._board, self._live = board, live

    @on(FieldEdited)
    def _take_edit(self, event: FieldEdited) -> None:
        event.stop()
        self._board.settle()

    @on(FieldTurned)
    def _take_turning(self, event: FieldTurned) -> None:
        event.stop()
        self._board.settle()
        self._live.turn(event.path)

    @on(FieldLeft)
    def _take_leaving(self, event: FieldLeft) -> None:
        event.stop()
        self._board.leave(event.path)
