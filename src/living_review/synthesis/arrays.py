"""What arrays of effects must be before anything is estimated from them."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from living_review.errors import EstimationError

FloatArray = npt.NDArray[np.float64]


class Effects(NamedTuple):
    """Effects (k,) with their sampling variances (k,); ni (k,) patients, None where not given."""

    yi: FloatArray
    vi: FloatArray
    ni: FloatArray | None = None


def floats(values: Any, name: str) -> FloatArray:
    """Finite floats, shape (k,); raises EstimationError naming the first that isn't one."""
    try:
        array = np.atleast_1d(np.asarray(values, dtype=float))
    except (TypeError, ValueError):
        raise EstimationError(f"{name} must be numbers; found {values!r:.200}") from None
    if array.ndim != 1:
        raise EstimationError(f"{name} must be a list of numbers, not a table of {array.shape}")
    wrong = np.flatnonzero(~np.isfinite(array))
    if len(wrong):
        raise EstimationError(
            f"{name} must be finite numbers; entry {wrong[0] + 1} is {array[wrong[0]]}"
        )
    return array


def same_length(**arrays: FloatArray) -> None:
    """Raises EstimationError if the arrays, one entry a study, are of different lengths."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise EstimationError(f"one entry a study is needed everywhere; found {said}")


def counts(events: Any, total: Any, names: tuple[str, str]) -> tuple[FloatArray, FloatArray]:
    """Events with their totals as whole numbers; raises EstimationError naming the first misfit.

    events, total: shape (k,); 0 <= events <= total, total >= 1.
    """
    x, n = floats(events, names[0]), floats(total, names[1])
    same_length(**{names[0]: x, names[1]: n})
    wrong = np.flatnonzero((x < 0) | (x > n) | (n < 1) | (x != np.floor(x)) | (n != np.floor(n)))
    if len(wrong):
        at = wrong[0]
        raise EstimationError(
            f"entry {at + 1}: {names[0]} {x[at]:g} of {names[1]} {n[at]:g}; allowed: whole numbers,"
            f" {names[1]} at least 1, {names[0]} from 0 to {names[1]}"
        )
    return x, n


def at_least(values: Any, name: str, lowest: float, strictly: bool = False) -> FloatArray:
    """Finite floats (k,) from `lowest` on; raises EstimationError naming the first that isn't."""
    array = floats(values, name)
    wrong = np.flatnonzero(array <= lowest if strictly else array < lowest)
    if len(wrong):
        allowed = f"above {lowest:g}" if strictly else f"at least {lowest:g}"
        raise EstimationError(
            f"{name} must be {allowed}; entry {wrong[0] + 1} is {array[wrong[0]]:g}"
        )
    return array


def poolable(yi: Any, vi: Any) -> tuple[FloatArray, FloatArray]:
    """Effects (k,) with sampling variances (k,) in squared units of yi, finite and above 0.

    Raises EstimationError if there is no effect, one has no usable variance, or variances are so
    far apart that a sum of their inverses holds nothing of the largest.
    """
    y, v = floats(yi, "yi"), at_least(vi, "vi", 0, strictly=True)
    same_length(yi=y, vi=v)
    if not len(y):
        raise EstimationError("there is no effect to pool")
    if v.max() > FARTHEST * v.min():
        raise EstimationError(
            f"sampling variances from {v.min():.3g} to {v.max():.3g} are too far apart to be"
            " computed with together"
        )
    return y, v


FARTHEST = 1e14  # between the smallest variance and the largest; numbers hold 16 digits


def finite(value: float | np.floating | None) -> float | None:
    """A plain float, or None for what isn't a number: a page never shows NaN or infinity."""
    if value is None or not np.isfinite(value):
        return None
    return float(value)


def plain(value: Any) -> Any:
    """The same in what JSON knows: lists, plain numbers, None for what isn't finite."""
    if isinstance(value, dict):
        return {key: plain(of) for key, of in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(of) for of in value]
    if isinstance(value, (float, np.floating)):
        return finite(value)
    return int(value) if isinstance(value, np.integer) else value
