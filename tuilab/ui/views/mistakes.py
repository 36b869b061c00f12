"""The mistakes: the confusion matrix of a part, and the examples misclassified."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from tuilab.lab.insight.mistakes import MistakesInsight
from tuilab.ui.views.images import PicturesView


class MistakesView(PicturesView):
    """A confusion matrix over the misclassified examples."""

    TITLE = "Mistakes"
    INSIGHT = MistakesInsight
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "turn", "Part", tooltip="Look at the mistakes on dev, train, train-dev or test"),
    ]

    def sentence(self, insight: MistakesInsight) -> str:
        """With the key of the room in which they are gone through; before a run there is none."""
        return f"{insight.said} M: one by one." if self.snapshot is not None else insight.said

    def action_turn(self) -> None:
        """Looks at the next part."""
        if self.insight is not None:
            parts = self.insight.parts
            last = self.choice if self.choice in parts else self.insight.part  # which may not be shown yet
            self.choice = parts[(parts.index(last) + 1) % len(parts)]
