"""The data: the split, the classes of each part, what is worth a look."""

from tuilab.lab.insight.data import DataInsight
from tuilab.ui.views.images import PicturesView


class DataView(PicturesView):
    """A bar for each class and part, and pictures of every class where there are images."""

    TITLE = "Data"
    INSIGHT = DataInsight
