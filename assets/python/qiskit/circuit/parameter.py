"""Symbols in circuits: parameters and vectors of them. Arithmetic over them is in :mod:`.expression`."""

from uuid import uuid4

from .expression import ParameterExpression

__all__ = ["Parameter", "ParameterExpression", "ParameterVector", "ParameterVectorElement", "sorted_parameters"]


class Parameter(ParameterExpression):
    """A symbol in a circuit; two parameters are the same only if one is a copy of the other."""

    __slots__ = ("name", "uuid", "_hash")

    def __init__(self, name, *, uuid=None):
        self.name = str(name)
        self.uuid = uuid or uuid4()
        self._hash = hash(self.uuid)
        self._operation, self._arguments = "parameter", ()
        self._parameters = frozenset((self,))

    def _replace(self, mapping):
        return mapping.get(self, self)

    def _key(self):
        return self.uuid

    def _sort_key(self):
        return (self.name, -1)

    def __eq__(self, other):
        return self is other or isinstance(other, Parameter) and self.uuid == other.uuid

    def __hash__(self):
        return self._hash

    def __str__(self):
        return self.name

    def _text(self, precedence=0):
        return self.name

    def __repr__(self):
        return f"{type(self).__name__}({self.name})"


class ParameterVectorElement(Parameter):
    """One entry of a ParameterVector."""

    __slots__ = ("vector", "index")

    def __init__(self, vector, index, uuid=None):
        super().__init__(f"{vector.name}[{index}]", uuid=uuid)
        self.vector, self.index = vector, index

    def _sort_key(self):
        return (self.vector.name, self.index)


class ParameterVector:
    """A named row of parameters."""

    def __init__(self, name, length=0):
        self.name = str(name)
        self.params = [ParameterVectorElement(self, index) for index in range(length)]

    def __len__(self):
        return len(self.params)

    def __getitem__(self, key):
        return self.params[key]

    def __iter__(self):
        return iter(self.params)

    def index(self, value):
        """Returns the place of a parameter in this vector."""
        return self.params.index(value)

    def resize(self, length):
        """Makes the vector longer or shorter; parameters that stay are the same ones."""
        self.params = self.params[:length] + [ParameterVectorElement(self, index) for index in range(len(self), length)]

    def __repr__(self):
        return f"ParameterVector(name={self.name!r}, length={len(self)})"

    def __str__(self):
        return f"{self.name}, {[str(parameter) for parameter in self.params]}"


def sorted_parameters(parameters):
    """Orders parameters by name, elements of a vector by index: the order in which lists of values are read."""
    return sorted(parameters, key=lambda parameter: parameter._sort_key())
