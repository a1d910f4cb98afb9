"""Counts: a dict from texts of 0 and 1 to how often each occurred; the last character is classical bit 0."""

from ..exceptions import QiskitError


class Counts(dict):
    """How often each outcome occurred."""

    def most_frequent(self):
        """Returns the outcome that occurred most often; a tie is an error."""
        top = max(self.values(), default=0)
        winners = [key for key, value in self.items() if value == top]
        if len(winners) != 1:
            raise QiskitError(f"Multiple values have the same maximum counts: {','.join(winners)}")
        return winners[0]

    def shots(self):
        """Returns the number of shots."""
        return sum(self.values())

    def int_outcomes(self):
        """Returns the counts with outcomes as numbers."""
        return {int(key.replace(" ", ""), 2): value for key, value in self.items()}

    def hex_outcomes(self):
        """Returns the counts with outcomes as hexadecimal texts."""
        return {hex(key): value for key, value in self.int_outcomes().items()}


class QuasiDistribution(dict):
    """Probabilities by outcome, outcomes as numbers."""

    def binary_probabilities(self, num_bits=None):
        """Returns the probabilities with outcomes as texts of 0 and 1."""
        width = num_bits or max((key.bit_length() for key in self), default=1)
        return {format(key, f"0{width}b"): value for key, value in self.items()}


def formatted(value, circuit):
    """Writes the value of all classical bits as Qiskit does: registers apart, the last one first."""
    if not circuit.cregs:
        return format(value, f"0{max(circuit.num_clbits, 1)}b")
    loose = [bit for bit in circuit.clbits if not any(bit in register for register in circuit.cregs)]
    groups = ([loose] if loose else []) + list(circuit.cregs)
    return " ".join("".join("1" if value >> circuit._places[bit] & 1 else "0" for bit in reversed(list(group)))
                    for group in reversed(groups))


def counts_of(values, circuit):
    """Returns the Counts of a Counter of values of all classical bits."""
    counts = Counts()
    for value, times in sorted(values.items()):
        counts[formatted(value, circuit)] = times
    return counts


def marginal_counts(result, indices=None, inplace=False, format_marginal=True):
    """Returns counts over some of the bits only; bit 0 is the last character."""
    if hasattr(result, "get_counts"):
        result = result.get_counts()
    summed = Counts()
    for key, times in result.items():
        digits = key.replace(" ", "")
        chosen = range(len(digits)) if indices is None else sorted(indices)
        kept = "".join(digits[len(digits) - 1 - index] for index in reversed(chosen))
        summed[kept] = summed.get(kept, 0) + times
    return summed
