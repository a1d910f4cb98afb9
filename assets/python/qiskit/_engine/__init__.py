"""The simulator below the package: lists of complex numbers, seen through slices.

* :mod:`.kernel` applies one matrix to some bits of a vector,
* :mod:`.lowering` turns circuits into such steps and fuses neighbours,
* :mod:`.shots` sends shots through measurements, resets and conditions.

It knows nothing of Statevector or Operator; those call it. It never uses numpy.
"""
