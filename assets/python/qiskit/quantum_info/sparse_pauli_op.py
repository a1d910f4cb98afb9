"""SparsePauliOp: a sum of Paulis with complex coefficients, the usual form of a Hamiltonian."""

from .._math.array import array
from .._math.printing import format_array
from .._subset import SubsetObject
from ..circuit.parameter import ParameterExpression
from ..exceptions import QiskitError
from . import pauli_algebra as algebra
from .coefficients import compatible, number, numbers
from .pauli import Pauli, PauliList


class SparsePauliOp(SubsetObject):
    """A sum of Paulis: ``SparsePauliOp(["ZZ", "XI"], [1.0, 0.5])``; the last letter of a label is for qubit 0."""

    def __init__(self, data, coeffs=None, *, ignore_pauli_phase=False, copy=True):
        if isinstance(data, SparsePauliOp):
            self.num_qubits = data.num_qubits
            terms = data._terms
            if coeffs is not None:
                terms = [(x, z, value) for (x, z, _), value in zip(terms, numbers(coeffs))]
        else:
            paulis = PauliList(data)
            values = [1 + 0j] * len(paulis) if coeffs is None else numbers(coeffs)
            if len(values) != len(paulis):
                raise QiskitError(f"coeffs must have one entry per Pauli: {len(paulis)} Paulis, {len(values)} coefficients.")
            self.num_qubits = paulis.num_qubits
            terms = [(x, z, phase * value if phase != 1 else value)
                     for pauli, value in zip(paulis, values) for x, z, phase in pauli.terms()]
        self._terms = list(terms)

    @classmethod
    def _from_terms(cls, num_qubits, terms):
        operator = cls.__new__(cls)
        operator.num_qubits, operator._terms = num_qubits, list(terms)
        return operator

    @classmethod
    def from_list(cls, obj, dtype=complex, *, num_qubits=None):
        """Makes the sum of ``(label, coefficient)`` pairs."""
        pairs = list(obj)
        if not pairs:
            if not num_qubits:
                raise QiskitError("Could not determine the number of qubits from an empty list. Try passing num_qubits.")
            return cls._from_terms(num_qubits, [(0, 0, 0j)])
        sizes = {len(label) for label, _ in pairs} | ({num_qubits} if num_qubits is not None else set())
        if len(sizes) != 1:
            raise QiskitError(f"The labels must have one length, but there are lengths {sorted(sizes)}.")
        return cls._from_terms(sizes.pop(), [(*algebra.masks_of(label), number(value)) for label, value in pairs])

    @classmethod
    def from_sparse_list(cls, obj, num_qubits, do_checks=True, dtype=complex):
        """Makes the sum of ``(letters, qubits, coefficient)``: letter k acts on qubit k of the list."""
        terms = []
        for letters, qubits, value in obj:
            qubits = [qubits] if isinstance(qubits, int) else list(qubits)
            if len(letters) != len(qubits) or len(set(qubits)) != len(qubits):
                raise QiskitError(f"The letters '{letters}' do not fit the qubits {qubits}.")
            x = z = 0
            for letter, qubit in zip(letters, qubits):
                if not 0 <= qubit < num_qubits:
                    raise QiskitError(f"The number of qubits ({num_qubits}) is smaller than a required index {qubit}.")
                mask = algebra.masks_of(letter)
                x, z = x | mask[0] << qubit, z | mask[1] << qubit
            terms.append((x, z, number(value)))
        return cls._from_terms(num_qubits, terms or [(0, 0, 0j)])

    @classmethod
    def from_operator(cls, obj, atol=1e-8, rtol=1e-5):
        """Splits a matrix or Operator into Paulis."""
        from .operator import Operator

        operator = Operator(obj)
        count, flat = operator.num_qubits, operator._flat
        size = 1 << count
        terms = []
        for x in range(size):
            diagonal = [flat[(column ^ x) * size + column] for column in range(size)]
            for z in range(size):
                value = sum(sign * entry for sign, entry in zip(algebra.signs(count, z), diagonal)) / size
                value *= algebra.I_POWERS[-(x & z).bit_count() % 4]
                if abs(value) > atol:
                    terms.append((x, z, value))
        terms.sort(key=lambda term: [("IXYZ".index(letter)) for letter in algebra.label_of(*term[:2], count)])
        return cls._from_terms(count, terms or [(0, 0, 0j)])

    # Parts

    @property
    def paulis(self):
        """The Paulis, without coefficients."""
        return PauliList([Pauli.from_masks(self.num_qubits, x, z) for x, z, _ in self._terms])

    @property
    def coeffs(self):
        """The coefficients."""
        values = [value for _, _, value in self._terms]
        return values if any(isinstance(value, ParameterExpression) for value in values) else array(values)

    @coeffs.setter
    def coeffs(self, values):
        self._terms = [(x, z, value) for (x, z, _), value in zip(self._terms, numbers(values))]

    @property
    def size(self):
        """How many terms there are."""
        return len(self._terms)

    @property
    def dim(self):
        """The shape of the matrix."""
        return (1 << self.num_qubits,) * 2

    @property
    def parameters(self):
        """The free parameters of the coefficients."""
        from ..circuit.parameter import sorted_parameters

        return sorted_parameters(set().union(*(value.parameters for _, _, value in self._terms
                                               if isinstance(value, ParameterExpression))))

    def assign_parameters(self, parameters, inplace=False):
        """Gives values to the parameters of the coefficients."""
        mapping = parameters if hasattr(parameters, "items") else dict(zip(self.parameters, parameters))
        terms = [(x, z, number(value.subs(mapping, True).numeric()) if isinstance(value, ParameterExpression) else value)
                 for x, z, value in self._terms]
        if inplace:
            self._terms = terms
            return None
        return self._from_terms(self.num_qubits, terms)

    def terms(self):
        """Returns ``(x, z, coefficient)`` triples of bit masks, coefficients as numbers."""
        return [(x, z, complex(value)) for x, z, value in self._terms]

    def to_list(self, array=False):
        """Returns ``(label, coefficient)`` pairs."""
        return [(algebra.label_of(x, z, self.num_qubits), value) for x, z, value in self._terms]

    def to_sparse_list(self):
        """Returns ``(letters, qubits, coefficient)`` triples without the identities."""
        found = []
        for x, z, value in self._terms:
            qubits = [qubit for qubit in range(self.num_qubits) if (x | z) >> qubit & 1]
            letters = "".join("IZXY"[(x >> qubit & 1) * 2 + (z >> qubit & 1)] for qubit in qubits)
            found.append((letters, qubits, value))
        return found

    def to_matrix(self, sparse=False, force_serial=False):
        """Returns the dense matrix."""
        return array(algebra.matrix_of(self.num_qubits, self.terms()), self.dim)

    def to_operator(self):
        """Returns the sum as an Operator."""
        from .operator import Operator

        return Operator._of(algebra.matrix_of(self.num_qubits, self.terms()), self.num_qubits, self.num_qubits)

    # Algebra

    def simplify(self, atol=None, rtol=None):
        """Returns the sum with equal Paulis put together and vanishing ones dropped."""
        limit = 1e-8 if atol is None else atol
        sums = {}
        for x, z, value in self._terms:
            sums[x, z] = sums[x, z] + value if (x, z) in sums else value
        terms = [(x, z, value) for (x, z), value in sums.items()
                 if isinstance(value, ParameterExpression) or abs(value) > limit]
        return self._from_terms(self.num_qubits, terms or [(0, 0, 0j)])

    def chop(self, tol=1e-14):
        """Returns the sum with tiny real and imaginary parts of coefficients set to 0, and empty terms dropped."""
        terms = []
        for x, z, value in self._terms:
            value = complex(value.real if abs(value.real) > tol else 0, value.imag if abs(value.imag) > tol else 0)
            if value:
                terms.append((x, z, value))
        return self._from_terms(self.num_qubits, terms or [(0, 0, 0j)])

    def sort(self, weight=False):
        """Returns the terms sorted by label, by weight first if asked for."""
        def key(term):
            label = algebra.label_of(*term[:2], self.num_qubits)
            return ((term[0] | term[1]).bit_count() if weight else 0, ["IXYZ".index(letter) for letter in label])
        return self._from_terms(self.num_qubits, sorted(self._terms, key=key))

    def compose(self, other, qargs=None, front=False):
        """Returns the product ``other self``, or ``self other`` if `front`."""
        other = _as_sum(other)
        if qargs is not None:
            other = other.apply_layout(qargs, self.num_qubits)
        self._check_size(other, "multiplied")
        pairs = ((a, b) for a in self._terms for b in other._terms)
        terms = []
        for mine, its in pairs:
            left, right = (mine, its) if front else (its, mine)
            x, z, exponent = algebra.product(left[:2], right[:2])
            value = mine[2] * its[2]
            terms.append((x, z, algebra.I_POWERS[exponent] * value if exponent else value))
        return self._from_terms(self.num_qubits, terms)

    def dot(self, other, qargs=None):
        """Returns the product ``self other``."""
        return self.compose(other, qargs, front=True)

    def tensor(self, other):
        """Returns ``self ⊗ other``; `other` keeps the lower qubits."""
        other = _as_sum(other)
        shift = other.num_qubits
        return self._from_terms(self.num_qubits + shift, [(x << shift | u, z << shift | w, a * b)
                                                          for x, z, a in self._terms for u, w, b in other._terms])

    def expand(self, other):
        """Returns ``other ⊗ self``."""
        return _as_sum(other).tensor(self)

    def power(self, n):
        """Returns the sum to a whole power."""
        result = self._from_terms(self.num_qubits, [(0, 0, 1 + 0j)])
        for _ in range(n):
            result = result.dot(self).simplify()
        return result

    def adjoint(self):
        """Returns the conjugate transpose."""
        return self._from_terms(self.num_qubits, [(x, z, value.conjugate()) for x, z, value in self._terms])

    def conjugate(self):
        """Returns the complex conjugate."""
        return self._from_terms(self.num_qubits, [(x, z, value.conjugate() * (-1) ** ((x & z).bit_count() & 1))
                                                  for x, z, value in self._terms])

    def transpose(self):
        """Returns the transpose."""
        return self._from_terms(self.num_qubits, [(x, z, value * (-1) ** ((x & z).bit_count() & 1)) for x, z, value in self._terms])

    def equiv(self, other, atol=1e-8):
        """Says whether the two are the same operator."""
        other = _as_sum(other)
        return self.num_qubits == other.num_qubits and all(abs(value) <= atol for _, _, value in (self - other).simplify(0)._terms)

    def is_unitary(self, atol=None, rtol=None):
        """Says whether the sum is unitary."""
        return self.compose(self.adjoint()).equiv(self._from_terms(self.num_qubits, [(0, 0, 1 + 0j)]))


    @staticmethod
    def sum(ops):
        """Returns the sum of several operators."""
        ops = list(ops)
        return SparsePauliOp._from_terms(ops[0].num_qubits, [term for operator in ops for term in operator._terms])

    def group_commuting(self, qubit_wise=False):
        """Returns the terms as a list of operators whose terms commute with each other (greedily, in order)."""
        groups = []
        for term in self._terms:
            for group in groups:
                if all(compatible(term, other, qubit_wise) for other in group):
                    group.append(term)
                    break
            else:
                groups.append([term])
        return [self._from_terms(self.num_qubits, group) for group in groups]

    def apply_layout(self, layout, num_qubits=None):
        """Returns the operator with qubit k moved to ``layout[k]``; None, which circuits have here, changes nothing."""
        if layout is None:
            return self if num_qubits is None else self._from_terms(num_qubits, self._terms)
        places = list(layout)
        count = self.num_qubits if num_qubits is None else num_qubits
        move = lambda mask: sum((mask >> bit & 1) << place for bit, place in enumerate(places))  # noqa: E731
        return self._from_terms(count, [(move(x), move(z), value) for x, z, value in self._terms])

    def _check_size(self, other, word):
        if self.num_qubits != other.num_qubits:
            raise QiskitError(f"Operators on {self.num_qubits} and {other.num_qubits} qubits cannot be {word}.")

    def __add__(self, other):
        if isinstance(other, (int, float)) and other == 0:
            return self
        other = _as_sum(other)
        self._check_size(other, "added")
        return self._from_terms(self.num_qubits, self._terms + other._terms)

    __radd__ = __add__

    def __sub__(self, other):
        return self + -_as_sum(other)

    def __neg__(self):
        return self * -1

    def __mul__(self, other):
        if not isinstance(other, (int, float, complex, ParameterExpression)) and not hasattr(other, "__complex__"):
            return NotImplemented
        return self._from_terms(self.num_qubits, [(x, z, number(value * other)) for x, z, value in self._terms])

    __rmul__ = __mul__

    def __truediv__(self, other):
        return self * (1 / other)

    def __matmul__(self, other):
        return self.dot(other)

    def __and__(self, other):
        return self.compose(other)

    def __xor__(self, other):
        return self.tensor(other)

    def __pow__(self, n):
        return self.power(n)

    def __len__(self):
        return len(self._terms)

    def __iter__(self):
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index):
        chosen = self._terms[index] if isinstance(index, slice) else [self._terms[index]]
        return self._from_terms(self.num_qubits, chosen)

    def __eq__(self, other):
        if not isinstance(other, SparsePauliOp) or self.num_qubits != other.num_qubits or len(self) != len(other):
            return False
        return all(mine[:2] == its[:2] and abs(mine[2] - its[2]) <= 1e-8 + 1e-5 * abs(its[2])
                   for mine, its in zip(self._terms, other._terms))

    __hash__ = None

    def __array__(self, dtype=None, copy=None):
        import numpy

        return numpy.array(algebra.matrix_of(self.num_qubits, self.terms()), dtype=dtype).reshape(self.dim)

    def __repr__(self):
        labels = ", ".join(repr(label) for label, _ in self.to_list())
        values = [value for _, _, value in self._terms]
        shown = str(values) if any(isinstance(value, ParameterExpression) for value in values) else format_array(values, 14)
        return f"SparsePauliOp([{labels}],\n              coeffs={shown})"


def _as_sum(value):
    if isinstance(value, SparsePauliOp):
        return value
    if isinstance(value, (Pauli, PauliList, str)):
        return SparsePauliOp(value)
    return SparsePauliOp.from_operator(value)
