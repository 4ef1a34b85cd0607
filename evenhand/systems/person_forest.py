"""Forests: many trees, each grown on its own draw of people, and a vote among them.

Shared by the systems that are said to be random forests. How many people of each class a tree is shown is set apart for each class: that is how
the makers of such forests weigh one kind of mistake against another. A tree that is shown more of those who went on to offend errs on the side
of calling people dangerous.

Votes are whole numbers, so their sum is the same whatever the order in which trees are asked and however many run at once.

Source: Breiman (2001), Random Forests, Machine Learning 45, 5-32; Berk, Sherman, Barnes, Kurtz & Ahlman (2009), Forecasting murder within a
population of probationers and parolees, Journal of the Royal Statistical Society A 172, 191-211 (stratified draws as costs) (both recalled).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

BLOCK = 20_000
"""Rows asked about at a time, so that they stay near the processor."""
WORTH_COLLAPSING = 20_000
"""From so many rows on, those that no tree can tell apart are asked about once."""


@dataclass(frozen=True, eq=False, repr=False)
class Forest:
    """A grown forest.

    Attributes:
        names: features, in order.
        classes: what is told apart, lowest first.
        trees: one scikit-learn tree each.
        leaf_classes: for each tree, the class each of its nodes votes for.
        left_out: share of votes for each class, of those trees alone that were not shown the row; shape (rows grown on, classes); nan where every
            tree was shown it.
    """

    names: tuple[str, ...]
    classes: tuple[str, ...]
    trees: tuple[Any, ...]
    leaf_classes: tuple[NDArray[np.int8], ...]
    left_out: NDArray[np.float64]

    def votes(self, features: Mapping[str, NDArray[Any]], *, jobs: int = 1) -> NDArray[np.float64]:
        """Share of trees that vote for each class, shape (rows, classes).

        Args:
            features: name -> one number for each row; the names the forest was grown on. None may be missing.
            jobs: threads; the result is the same for any number.
        """
        values = as_matrix(features, self.names)
        if len(values) < WORTH_COLLAPSING:
            return self._counted(values, jobs) / len(self.trees)
        first, place = self._told_apart(values)
        return (self._counted(values[first], jobs) / len(self.trees))[place]

    def _counted(self, values: NDArray[np.float32], jobs: int) -> NDArray[np.int32]:
        def of_block(start: int) -> NDArray[np.int32]:
            block = values[start : start + BLOCK]
            found = np.zeros((len(block), len(self.classes)), dtype=np.int32)
            for tree, classes in zip(self.trees, self.leaf_classes, strict=True):
                _add(found, classes[tree.tree_.apply(block)])
            return found

        parts = _mapped(of_block, range(0, len(values), BLOCK), jobs)
        return np.concatenate(parts) if parts else np.zeros((0, len(self.classes)), dtype=np.int32)

    def _told_apart(self, values: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """One row of each kind that the trees can tell apart, and which kind every row is of: exact, since only cuts between values matter."""
        import pandas as pd

        kind = np.zeros(len(values), dtype=np.int64)
        for at in range(len(self.names)):
            cuts = np.unique(np.concatenate([tree.tree_.threshold[tree.tree_.feature == at] for tree in self.trees]))
            side = np.searchsorted(cuts, values[:, at].astype(np.float64), side="left")
            kind = pd.factorize(kind * (len(cuts) + 1) + side)[0].astype(np.int64)
        _, first = np.unique(kind, return_index=True)
        return first, kind


def grow(
    features: Mapping[str, NDArray[Any]],
    outcome: NDArray[Any],
    *,
    classes: tuple[str, ...],
    trees: int,
    per_class: tuple[int, ...],
    least_in_leaf: int = 5,
    tried: int | None = None,
    seed: int = 1,
    jobs: int = 1,
) -> Forest:
    """Grow a forest.

    Args:
        features: name -> one number for each row. None may be missing: give what never happened a number of its own.
        outcome: position in `classes` of what came about, shape (rows,).
        classes: lowest first.
        trees: how many.
        per_class: how many rows of each class every tree is shown, drawn with replacement; this weighs the classes.
        least_in_leaf: a tree splits no further than to leaves of so many.
        tried: features looked at for each split; left out: the square root of how many there are.
        seed: of the draws; each tree has its own, so that the number of threads changes nothing.
        jobs: threads.

    Raises:
        CannotAnswer: a class that nobody is in, so that no tree can learn of it.

    Example:
        >>> import numpy as np
        >>> age = np.arange(40.0)
        >>> found = grow({"age": age}, age < 20, classes=("no", "yes"), trees=5, per_class=(10, 10), seed=1)
        >>> found.votes({"age": np.array([3.0, 35.0])}).tolist()
        [[0.0, 1.0], [1.0, 0.0]]
    """
    names = tuple(features)
    values, outcome = as_matrix(features, names), np.asarray(outcome).astype(np.int64)
    members = [np.flatnonzero(outcome == at) for at in range(len(classes))]
    empty = [name for name, rows in zip(classes, members, strict=True) if not len(rows)]
    if empty:
        raise CannotAnswer(f"Nobody to learn from is in the class {', '.join(map(repr, empty))}. Choose another reading, or take more people or a longer time.")

    def grown(number: int) -> tuple[Any, NDArray[np.int8], NDArray[np.int8]]:
        from sklearn.tree import DecisionTreeClassifier

        lots = np.random.default_rng([seed, number])
        shown = np.concatenate([rows[lots.integers(len(rows), size=many)] for rows, many in zip(members, per_class, strict=True)])
        tree: Any = DecisionTreeClassifier(min_samples_leaf=least_in_leaf, max_features=tried or "sqrt", random_state=int(lots.integers(2**31)))
        tree.fit(values[shown], outcome[shown])
        leaf = tree.classes_[tree.tree_.value[:, 0, :].argmax(axis=1)].astype(np.int8)
        vote = leaf[tree.tree_.apply(values)]
        vote[shown] = -1
        return tree, leaf, vote

    found = _mapped(grown, range(trees), jobs)
    counted = np.zeros((len(values), len(classes)), dtype=np.int32)
    for _, _, vote in found:
        _add(counted, vote)
    asked = counted.sum(axis=1, keepdims=True)
    left_out = np.divide(counted, asked, out=np.full(counted.shape, np.nan), where=asked > 0)
    return Forest(names, classes, tuple(tree for tree, _, _ in found), tuple(leaf for _, leaf, _ in found), left_out)


def most_voted(votes: NDArray[np.float64]) -> NDArray[np.int8]:
    """The class with most votes for each row, the higher of two that have as many; shape (rows,).

    Example:
        >>> most_voted(np.array([[0.6, 0.2, 0.2], [0.4, 0.4, 0.2]])).tolist()
        [0, 1]
    """
    return (votes.shape[1] - 1 - votes[:, ::-1].argmax(axis=1)).astype(np.int8)


def as_matrix(features: Mapping[str, NDArray[Any]], names: Iterable[str]) -> NDArray[np.float32]:
    """Features side by side, in the order of names, shape (rows, features), each row together in memory."""
    values = np.ascontiguousarray(np.stack([np.asarray(features[name], dtype=np.float32) for name in names], axis=1))
    if not np.isfinite(values).all():
        raise ValueError("a feature has no number for some row: give what never happened a number of its own")
    return values


def _add(counted: NDArray[np.int32], vote: NDArray[np.int8]) -> None:
    for at in range(counted.shape[1]):
        counted[:, at] += vote == at


def _mapped(made: Callable[[int], Any], over: Iterable[int], jobs: int) -> list[Any]:
    """In order, whatever the threads."""
    if jobs == 1:
        return [made(one) for one in over]
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(made, over))
