"""Qubits, classical bits and the registers that name them."""

import itertools

from ..exceptions import CircuitError


class Bit:
    """One wire of a circuit; two bits are the same only if they are the same object or the same place of equal registers."""

    __slots__ = ("_register", "_index", "_hash")

    def __init__(self, register=None, index=None):
        self._register, self._index = register, index
        self._hash = object.__hash__(self) if register is None else hash((type(self).__name__, register.name, index))

    def __eq__(self, other):
        if self is other:
            return True
        return (type(self) is type(other) and self._register is not None and other._register is not None
                and self._index == other._index and self._register == other._register)

    def __hash__(self):
        return self._hash

    def __repr__(self):
        if self._register is None:
            return f"<{type(self).__name__} without register>"
        return f"<{type(self).__name__} register={self._register!r}, index={self._index}>"


class Qubit(Bit):
    """A quantum wire."""

    __slots__ = ()


class Clbit(Bit):
    """A classical wire; holds what a measurement wrote."""

    __slots__ = ()


class Register:
    """A named row of bits."""

    bit_type = Bit
    prefix = "reg"
    _counters = {}

    def __init__(self, size=None, name=None, bits=None):
        if (size is None) == (bits is None):
            raise CircuitError("A register takes either a size or a list of bits.")
        if name is None:
            counter = self._counters.setdefault(self.prefix, itertools.count())
            name = f"{self.prefix}{next(counter)}"
        self.name = str(name)
        if bits is not None:
            self._bits = list(bits)
            self.size = len(self._bits)
        else:
            if int(size) != size or size < 0:
                raise CircuitError(f"Register size must be a whole number of at least 0, but {size!r} was given.")
            self.size = int(size)
            self._bits = [self.bit_type(self, index) for index in range(self.size)]

    def __len__(self):
        return self.size

    def __iter__(self):
        return iter(self._bits)

    def __getitem__(self, key):
        if isinstance(key, (list, tuple)):
            return [self._bits[index] for index in key]
        try:
            return self._bits[key]
        except IndexError:
            raise CircuitError(f"Register '{self.name}' has {self.size} bits; there is no bit {key}.") from None

    def __contains__(self, bit):
        return bit in self._bits

    def index(self, bit):
        """Returns the place of `bit` in this register."""
        return self._bits.index(bit)

    def __eq__(self, other):
        return self is other or (type(self) is type(other) and self.name == other.name and self.size == other.size
                                 and all(mine is its or mine._register is self and its._register is other
                                         for mine, its in zip(self._bits, other._bits)))

    def __hash__(self):
        return hash((type(self).__name__, self.name, self.size))

    def __repr__(self):
        return f"{type(self).__name__}({self.size}, '{self.name}')"


class QuantumRegister(Register):
    """A named row of qubits."""

    bit_type = Qubit
    prefix = "q"


class ClassicalRegister(Register):
    """A named row of classical bits; the key of its counts reads from the last bit to the first."""

    bit_type = Clbit
    prefix = "c"


class AncillaQubit(Qubit):
    """A qubit meant as scratch space."""

    __slots__ = ()


class AncillaRegister(QuantumRegister):
    """A named row of scratch qubits."""

    bit_type = AncillaQubit
    prefix = "a"
