"""What the primitives answer with: results, their data by name, and arrays of measured bits."""

from collections import Counter

from .._math.array import array
from .._subset import SubsetObject
from ..exceptions import QiskitError
from ..result.counts import Counts
from .shapes import at, indices


class DataBin(SubsetObject):
    """Named results of one pub: ``data.meas``, ``data.evs``."""

    def __init__(self, *, shape=(), **fields):
        self.shape = tuple(shape)
        self._fields = fields
        self.__dict__.update(fields)

    def keys(self):
        """Returns the names."""
        return self._fields.keys()

    def values(self):
        """Returns the results."""
        return self._fields.values()

    def items(self):
        """Returns names with results."""
        return self._fields.items()

    def __getitem__(self, name):
        return self._fields[name]

    def __contains__(self, name):
        return name in self._fields

    def __iter__(self):
        return iter(self._fields)

    def __len__(self):
        return len(self._fields)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(f"This result has no '{name}'; it has: {', '.join(self._fields) or 'nothing'}. "
                             "Measured bits are named after their classical register.")

    def __repr__(self):
        return f"DataBin({', '.join(f'{name}={value!r}' for name, value in self._fields.items())}, shape={self.shape})"


class PubResult(SubsetObject):
    """The result of one pub."""

    def __init__(self, data, metadata=None):
        self.data, self.metadata = data, metadata or {}

    def __repr__(self):
        return f"{type(self).__name__}(data={self.data!r}, metadata={self.metadata})"


class SamplerPubResult(PubResult):
    """The measured bits of one pub."""

    def join_data(self, names=None):
        """Returns the bits of several registers as one array, the first register lowest."""
        chosen = [self.data[name] for name in (names or self.data)]
        if not chosen:
            raise QiskitError("There are no measured registers to join.")
        return BitArray.concatenate_bits(chosen)


class PrimitiveResult(SubsetObject):
    """The results of all pubs of a run."""

    def __init__(self, pub_results, metadata=None):
        self._results, self.metadata = list(pub_results), metadata or {}

    def __getitem__(self, index):
        return self._results[index]

    def __len__(self):
        return len(self._results)

    def __iter__(self):
        return iter(self._results)

    def __repr__(self):
        return f"PrimitiveResult({self._results}, metadata={self.metadata})"


class BitArray(SubsetObject):
    """Measured values of one classical register: for each binding of parameters one number per shot."""

    def __init__(self, values, num_bits, shape=()):
        self._values, self.num_bits, self.shape = values, num_bits, tuple(shape)

    @classmethod
    def concatenate_bits(cls, arrays):
        """Joins registers into one, the first lowest."""
        first = arrays[0]
        joined, shift = {index: [0] * first.num_shots for index in indices(first.shape)}, 0
        for part in arrays:
            for index, values in joined.items():
                joined[index] = [value | more << shift for value, more in zip(values, part._values[index])]
            shift += part.num_bits
        return cls(joined, shift, first.shape)

    @property
    def num_shots(self):
        """How many shots there are for each binding."""
        return len(next(iter(self._values.values()), ()))

    @property
    def ndim(self):
        """The number of axes of bindings."""
        return len(self.shape)

    @property
    def size(self):
        """The number of bindings."""
        return len(self._values)

    @property
    def array(self):
        """The values as bytes, shots next to last and bytes last, as Qiskit packs them."""
        width = max(1, (self.num_bits + 7) // 8)
        packed = [byte for values in self._values.values() for value in values for byte in value.to_bytes(width, "big")]
        return array(packed, (*self.shape, self.num_shots, width))

    def _chosen(self, loc):
        if loc is None:
            return [value for values in self._values.values() for value in values]
        index = loc if isinstance(loc, tuple) else (loc,)
        return self._values[tuple(position % length for position, length in zip(index, self.shape))]

    def get_counts(self, loc=None):
        """Returns the Counts of outcomes as texts, over all bindings or at one."""
        return Counts({format(value, f"0{self.num_bits}b"): times for value, times in sorted(Counter(self._chosen(loc)).items())})

    def get_int_counts(self, loc=None):
        """Returns the counts of outcomes as numbers."""
        return dict(sorted(Counter(self._chosen(loc)).items()))

    def get_bitstrings(self, loc=None):
        """Returns the outcome of each shot as text."""
        return [format(value, f"0{self.num_bits}b") for value in self._chosen(loc)]

    def bitcount(self):
        """Returns the number of ones of each shot."""
        ones = [value.bit_count() for values in self._values.values() for value in values]
        return array(ones, (*self.shape, self.num_shots))

    def slice_bits(self, indices):
        """Returns the array of some bits only, in the given order."""
        chosen = [indices] if isinstance(indices, int) else list(indices)
        values = {index: [sum((value >> bit & 1) << place for place, bit in enumerate(chosen)) for value in row]
                  for index, row in self._values.items()}
        return BitArray(values, len(chosen), self.shape)

    def expectation_values(self, observables):
        """Returns the mean of an observable of I and Z letters (or a sum of such)."""
        from .pubs import observables_of

        found, shape = observables_of(observables)
        means = []
        for index in indices(shape) if shape else [()]:
            observable = at(found, index, shape)
            values = self._chosen(None)
            total = 0.0
            for x, z, factor in observable.terms():
                if x:
                    raise QiskitError("Only diagonal observables (I and Z) have a mean over measured bits.")
                total += factor.real * sum(1 - 2 * ((value & z).bit_count() & 1) for value in values) / len(values)
            means.append(total)
        return array(means, shape) if shape else means[0]

    def __getitem__(self, index):
        index = index if isinstance(index, tuple) else (index,)
        return BitArray({(): self._chosen(index)}, self.num_bits)

    def __repr__(self):
        return f"BitArray(<shape={self.shape}, num_shots={self.num_shots}, num_bits={self.num_bits}>)"
