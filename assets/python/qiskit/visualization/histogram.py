"""Bars of counts or probabilities: a figure in a program that uses matplotlib, else the description of a plot."""

import sys

from ..exceptions import QiskitError

_ORDERS = {
    "asc": lambda keys, sets: sorted(keys),
    "desc": lambda keys, sets: sorted(keys, reverse=True),
    "value": lambda keys, sets: sorted(keys, key=lambda key: max(counts.get(key, 0) for counts in sets)),
    "value_desc": lambda keys, sets: sorted(keys, key=lambda key: -max(counts.get(key, 0) for counts in sets)),
    "hamming": None,
}


def plot_histogram(data, figsize=None, color=None, number_to_keep=None, sort="asc", target_string=None, legend=None,
                   bar_labels=True, title=None, ax=None, filename=None):
    """Returns a plot of counts as bars, one series per dict of counts; outcomes are the places on x."""
    plot = _bars(data, number_to_keep, sort, target_string, legend, title, "Count", normalize=False)
    return _drawn(plot, figsize, color, bar_labels, ax, filename)


def plot_distribution(data, figsize=(7, 5), color=None, number_to_keep=None, sort="asc", target_string=None, legend=None,
                      bar_labels=True, title=None, ax=None, filename=None):
    """Returns a plot of probabilities as bars; counts are divided by their sum."""
    plot = _bars(data, number_to_keep, sort, target_string, legend, title, "Quasi-probability", normalize=True)
    return _drawn(plot, figsize, color, bar_labels, ax, filename)


def _drawn(plot, figsize, color, bar_labels, ax, filename):
    """Returns the plot as a figure if matplotlib is in use (nothing if axes were given), else as it is."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return plot
    figure, axes = (None, ax) if ax is not None else pyplot.subplots(figsize=figsize or (7, 5))
    series = plot["series"]
    width = 0.8 / len(series)
    colors = color if isinstance(color, (list, tuple)) else [color] * len(series)
    for index, one in enumerate(series):
        places = [place + (index - (len(series) - 1) / 2) * width for place in range(len(one["x"]))]
        bars = axes.bar(places, one["y"], width, label=one["name"], color=colors[index % len(colors)])
        if bar_labels:
            axes.bar_label(bars, fmt="%.4g")
    axes.set_xticks(range(len(series[0]["x"])), series[0]["x"], rotation=70)
    axes.set_ylabel(plot["y"]["label"])
    axes.set_title(plot["title"])
    if len(series) > 1:
        axes.legend()
    if figure is not None and filename:
        figure.savefig(filename)
    return figure


def _bars(data, number_to_keep, sort, target_string, legend, title, label, normalize):
    sets = [dict(counts) for counts in (data if isinstance(data, (list, tuple)) else [data])]
    if not sets or any(not counts for counts in sets):
        raise QiskitError("There are no counts to plot.")
    if normalize:
        sets = [{key: value / sum(counts.values()) for key, value in counts.items()} for counts in sets]
    if number_to_keep:
        sets = [_shortened(counts, number_to_keep) for counts in sets]
    keys = {key for counts in sets for key in counts}
    if sort not in _ORDERS:
        raise QiskitError(f"Value of sort option, {sort}, isn't one of {', '.join(_ORDERS)}.")
    if sort == "hamming":
        if not target_string:
            raise QiskitError("Must define target_string when using hamming distance.")
        ordered = sorted(keys, key=lambda key: sum(a != b for a, b in zip(str(key), target_string)))
    else:
        ordered = _ORDERS[sort](keys, sets)
    names = legend or [f"run {index + 1}" for index in range(len(sets))] if len(sets) > 1 or legend else [label.lower()]
    outcomes = [str(key) for key in ordered]
    return {
        "title": title or "",
        "x": {"label": "Outcome"},
        "y": {"label": label, "min": 0},
        "series": [{"name": name, "kind": "bar", "x": outcomes, "y": [counts.get(key, 0) for key in ordered]}
                   for name, counts in zip(names, sets)],
    }


def _shortened(counts, number):
    ranked = sorted(counts.items(), key=lambda item: item[1], reverse=True)
    kept = dict(ranked[:number])
    if len(ranked) > number:
        kept["rest"] = sum(value for _, value in ranked[number:])
    return kept
