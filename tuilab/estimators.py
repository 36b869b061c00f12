"""Networks in scikit-learn's shape: `fit`, `predict`, `predict_proba`, `score`, `get_params`, without scikit-learn.

What is trained is an experiment on arrays, so every knob is there: the most used ones by name, all others by their path
in `settings`. Inputs are normalized, and a regression's target, by μ and σ of what is fitted.
"""

import inspect
import sys
import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit, knobs
from tuilab.nn.task import wants_numbers
from tuilab.runs import Model
from tuilab.training import Training, problem_from_arrays
from tuilab.training.predict import Predictions, predict
from tuilab.words import listed

Fault = TypeVar("Fault", bound=Exception)

UNUSED = {
    **dict.fromkeys(("data", "columns", "augmentation"), "X and y are the data, as they are"),
    **dict.fromkeys(("split", "early_stopping"), "all of X is trained on, for all of the iterations"),
}
"""Sections of an experiment that have no effect here, and why."""


class Estimator:
    """What a classifier and a regressor have in common. Parameters are kept as they are given, and checked by `fit`."""

    _estimator_type: str
    AUTO_LAMBD: ClassVar[float] = 0.0
    """The λ where nobody chose one."""

    def __init__(
        self,
        *,
        hidden: tuple[int, ...] = (16,),
        activation: str = "relu",
        optimizer: str = "adam",
        learning_rate: float = 0.01,
        iterations: int = 2000,
        batch_size: int | str = "full",
        lambd: float | str = "auto",
        keep_prob: float = 1.0,
        random_state: int = 1,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        """`lambd` is the λ of L2; "auto" is that of `AUTO_LAMBD`. `settings` are {path: value} of the experiment, as
        {"optimization.beta1": 0.8}.
        """
        self.hidden, self.activation, self.optimizer = hidden, activation, optimizer
        self.learning_rate, self.iterations, self.batch_size = learning_rate, iterations, batch_size
        self.lambd, self.keep_prob, self.random_state, self.settings = lambd, keep_prob, random_state, settings

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Self:
        """Changes some. Raises ValueError for a name that is none."""
        for name, value in params.items():
            if name not in self.get_params():
                raise ValueError(f"{type(self).__name__} has no parameter {name!r}")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        default = inspect.signature(type(self)).parameters
        changed = {name: value for name, value in self.get_params().items() if value != default[name].default}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in changed.items())})"

    @property
    def _lambd(self) -> Any:
        """The λ of L2."""
        return self.AUTO_LAMBD if isinstance(self.lambd, str) and self.lambd == "auto" else self.lambd

    @property
    def experiment(self) -> Experiment:
        """What the parameters say. Raises `BadInput` naming the knob that is wrong, or of no effect."""
        settings = {} if self.settings is None else self.settings
        if not isinstance(settings, Mapping):
            raise BadInput("must be values by their paths, as {'optimization.beta1': 0.8}", path="settings")
        for path in settings:
            if why := UNUSED.get(str(path).partition(".")[0]):
                raise BadInput(f"has no effect: {why}", path=str(path))
        edits = {
            "network.hidden": self.hidden,
            "network.activation": self.activation,
            "optimization.optimizer": self.optimizer,
            "optimization.learning_rate": self.learning_rate,
            "optimization.iterations": self.iterations,
            "optimization.batch_size": self.batch_size,
            "regularization.kind": "l2" if self._lambd else "none",
            "regularization.lambd": self._lambd,
            "dropout.keep_prob": self.keep_prob,
            "seed": self.random_state,
            **settings,
        }
        known = knobs()
        return edit(
            Experiment(), {path: known[path].format(value) if path in known else "" for path, value in edits.items()}
        )

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks of an estimator; nobody else does, so it is there."""
        of, kind = import_module("sklearn.utils"), self._estimator_type
        return of.Tags(
            estimator_type=kind,
            target_tags=of.TargetTags(required=True),
            transformer_tags=None,
            classifier_tags=of.ClassifierTags() if kind == "classifier" else None,
            regressor_tags=of.RegressorTags() if kind == "regressor" else None,
            input_tags=of.InputTags(),
        )

    def _fit(self, X: ArrayLike, y: Array, task: str, classes: tuple[str, ...] = ()) -> None:
        experiment = self.experiment
        if not (wants_numbers(experiment.task) and wants_numbers(task)):
            if experiment.task not in (Experiment().task, task):
                raise BadInput(f'must be "{task}" for a {type(self).__name__}', path="task")
            experiment = edit(experiment, {"task": task})
        training = Training(problem_from_arrays(experiment, (features(X), y), classes=classes))
        with np.errstate(all="ignore"):
            data, penalty = training.advance_in_strides(experiment.optimization.iterations)
            cost = training.cost().total
        if not np.isfinite(cost):
            raise BadInput("the cost left the finite numbers: take a smaller one", path="optimization.learning_rate")
        self.loss_curve_: Array = np.append(data + penalty, cost)
        """J before each update, as the update met it, and at the end."""
        self.n_iter_, self.n_features_in_ = training.iteration, training.problem.network.sizes[0]
        self.model_, self.parameters_ = Model.of(training.problem), training.parameters.copy()
        vars(self).pop("feature_names_in_", None)
        if names := column_names(X):
            self.feature_names_in_: Array = np.array(names, object)
            """The names of the columns of X, where it has some, as a table of pandas' has."""

    def _predict(self, X: ArrayLike) -> Predictions:
        if not hasattr(self, "model_"):
            not_fitted = of_sklearn("NotFittedError", ValueError)
            raise not_fitted(f"this {type(self).__name__} is not fitted yet: call fit first")
        raw = features(X)
        if raw.shape[1] != self.n_features_in_:
            name = type(self).__name__
            raise ValueError(
                f"X has {raw.shape[1]} features, but {name} is expecting {self.n_features_in_} features as input"
            )
        known, names = getattr(self, "feature_names_in_", ()), column_names(X)
        for one, other in zip(known, names, strict=False):
            if one != other:
                raise ValueError(
                    f"The feature names should match those that were passed during fit, in their order: {other!r} "
                    f"stands where {one!r} was"
                )
        inputs = self.model_.inputs(raw, self.parameters_.theta.dtype)
        return predict(self.model_.network, self.parameters_, inputs)


class Classifier(Estimator):
    """Predicts which class each example is of. After `fit`, `classes_` has them in order."""

    _estimator_type = "classifier"

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Trains on X (m, n) and labels y (m,) of any kind. Raises `BadInput`, a ValueError."""
        labels = targets(y)
        if labels.dtype.kind == "f" and (labels != np.floor(labels)).any():
            raise ValueError("Unknown label type: continuous; a Regressor predicts numbers")
        try:
            self.classes_, codes = np.unique(labels, return_inverse=True)
        except TypeError:
            kinds = listed(sorted({type(label).__name__ for label in labels}))
            raise ValueError(f"y must hold labels of one kind, all texts or all numbers, not {kinds}") from None
        if len(self.classes_) < 2:
            raise ValueError(f"y has {len(self.classes_)} class; a Classifier tells at least 2 apart")
        self._fit(X, codes, "classification", tuple(map(str, self.classes_.tolist())))
        return self

    def predict(self, X: ArrayLike) -> Array:
        """The class of each row of X (m, n), shape (m,)."""
        said = self._predict(X).classes
        labels: Array = self.classes_[said]
        return labels

    def predict_proba(self, X: ArrayLike) -> Array:
        """P(y = k | x), shape (m, K), in the order of `classes_`."""
        return self._predict(X).probabilities

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """The share that is predicted rightly. Raises ValueError."""
        truth = targets(y)
        return float(np.mean(alike(self.predict(X), truth) == truth))


class Regressor(Estimator):
    """Predicts a number of each example, in the units of the targets that it was fitted on."""

    _estimator_type = "regressor"
    AUTO_LAMBD = 1.0
    """Without it, and with nothing held out to stop it, a network learns a few hundred noisy numbers by heart; of a
    hundred thousand λ/m is next to nothing."""

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Trains on X (m, n) and numbers y (m,). Raises `BadInput`, a ValueError."""
        try:
            numbers = targets(y).astype(np.float64)
        except TypeError:
            raise ValueError("Unknown label type: a Regressor predicts numbers") from None
        self._fit(X, numbers, "regression")
        return self

    def predict(self, X: ArrayLike) -> Array:
        """The number of each row of X (m, n), shape (m,), in the units of y."""
        return self._predict(X).classes

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """R² = 1 − Σ(ŷ − y)²/Σ(y − ȳ)²; of y that are all the same 1 for a perfect prediction, else 0.

        Raises ValueError.
        """
        truth = targets(y).astype(np.float64)
        off, spread = np.sum((alike(self.predict(X), truth) - truth) ** 2), np.sum((truth - truth.mean()) ** 2)
        return float(1 - off / spread) if spread else float(off == 0)


def of_sklearn(name: str, otherwise: type[Fault]) -> type[Fault]:
    """An exception of scikit-learn, which is a kind of `otherwise`, where somebody works with it; else that."""
    kind: type[Fault] = getattr(sys.modules.get("sklearn.exceptions"), name, otherwise)
    return kind


def features(X: ArrayLike) -> NDArray[np.float64]:
    """X as a new array of floats, (m, n). Raises ValueError, in the words that scikit-learn's checks ask for."""
    if hasattr(X, "toarray"):
        raise TypeError("sparse input is not supported: give a dense array, X.toarray()")
    given = np.asarray(X)
    if given.dtype.kind == "c":
        raise ValueError("Complex data not supported")
    try:
        raw = given.astype(np.float64)
    except ValueError as error:
        raise ValueError(f"X must hold numbers: {error}; texts are encoded where a file is trained on alone") from None
    if raw.ndim != 2:
        raise ValueError(f"X must have the shape (examples, features), not {raw.shape}. Reshape your data")
    for axis, what in enumerate(("sample(s)", "feature(s)")):
        if not raw.shape[axis]:
            raise ValueError(f"0 {what} (shape={raw.shape}) while a minimum of 1 is required.")
    if not np.isfinite(raw).all():
        raise ValueError("X must hold finite numbers: there is NaN or infinity in it")
    return raw


def column_names(X: ArrayLike) -> tuple[str, ...]:
    """The names of the columns of a table such as pandas'; none, unless all are texts."""
    names = tuple(getattr(X, "columns", ()))
    return names if all(isinstance(name, str) for name in names) else ()


def alike(said: Array, truth: Array) -> Array:
    """What is said of as many examples as the truth has. Raises ValueError: NumPy would repeat a single one."""
    if said.shape != truth.shape:
        raise ValueError(f"y must have the shape {said.shape}, one for each row of X, not {truth.shape}")
    return said


def is_missing(value: object) -> bool:
    """Whether something stands for no value: None, or what is not equal to itself, as NaN and pandas' NA."""
    alike = value == value
    return value is None or not (isinstance(alike, bool | np.bool) and alike)


def targets(y: ArrayLike) -> Array:
    """y as an array, (m,). Raises ValueError."""
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None")
    found = np.asarray(y)
    if found.ndim == 2 and found.shape[1] == 1:
        converted = of_sklearn("DataConversionWarning", UserWarning)
        warnings.warn("A column-vector y was passed when a 1d array was expected", converted, stacklevel=3)
        found = found.ravel()
    if found.dtype.kind == "O" and any(map(is_missing, found)):
        raise ValueError("y must hold a label or a number for each example: there is None, NaN or NA in it")
    if found.dtype.kind == "f" and not np.isfinite(found).all():
        raise ValueError("y must hold finite numbers: there is NaN or infinity in it")
    return found
