"""Sends shots through a circuit with measurements, resets and conditions.

A circuit whose measurements all come last is simulated once and sampled. Otherwise the shots flow down the tree of outcomes:
at each measurement the shots of a branch are divided at random, and only branches that hold shots are followed, so the work is
bounded by the number of outcomes that occur, and memory by handling so many shots at a time. The same seed gives the same counts.
"""

import random
from collections import Counter
from itertools import accumulate

from ..circuit.operations import Measure, Reset
from ..exceptions import QiskitError
from . import kernel
from .lowering import apply_step, moved, phase_of, run_steps, zero_state

_LOOP_LIMIT = 100_000
_MOST_AMPLITUDES = 1 << 22


class Branch:
    """One history: the state it led to, the classical bits (as a number) and the shots that took it."""

    __slots__ = ("vector", "bits", "shots")

    def __init__(self, vector, bits, shots):
        self.vector, self.bits, self.shots = vector, bits, shots


def seeded(seed):
    """Returns a generator of random numbers for a seed: a number, a generator with ``random``, or None for a fresh one."""
    if seed is None or isinstance(seed, (int, float, str)):
        return random.Random(seed)
    if hasattr(seed, "choices"):
        return seed
    return random.Random(int(seed.integers(1 << 62)) if hasattr(seed, "integers") else int(seed))


def sample(weights, shots, generator):
    """Draws `shots` indices with the given weights; returns how often each occurred."""
    totals = list(accumulate(max(weight, 0.0) for weight in weights))
    last = next((index for index in range(len(weights) - 1, -1, -1) if weights[index] > 0), None)
    if last is None:
        raise QiskitError("A state of norm 0 cannot be sampled.")
    drawn = generator.choices(range(last + 1), cum_weights=totals[:last + 1], k=shots)
    return Counter(drawn)


def run_shots(circuit, shots, seed=None, initial=None):
    """Runs the circuit; returns a Counter of the values of all its classical bits, bit i being clbit i."""
    if circuit.num_parameters:
        names = ", ".join(parameter.name for parameter in circuit.parameters)
        raise QiskitError(f"The circuit has parameters without value ({names}); call assign_parameters first.")
    generator = seeded(seed)
    program, final = split_final(circuit)
    vector = zero_state(circuit.num_qubits) if initial is None else list(initial)
    runner = Runner(circuit, generator)
    first = next((index for index, line in enumerate(program) if line.operation.steps is None), len(program))
    (start,) = runner.run(program[:first], [Branch(vector, 0, shots)])
    counts = Counter()
    for portion in _portions(shots, circuit.num_qubits if first < len(program) else 0):
        branches = runner.run(program[first:], [Branch(list(start.vector), 0, portion)])
        _count(branches, circuit.num_qubits, final, generator, counts)
    return counts


def _portions(shots, qubit_count):
    """Divides shots so that the states of all branches fit into memory even if every shot takes a branch of its own."""
    largest = max(1, _MOST_AMPLITUDES >> qubit_count)
    return [largest] * (shots // largest) + ([shots % largest] if shots % largest else [])


def _count(branches, bit_count, final, generator, counts):
    """Measures what is measured last in each branch, and adds the outcomes to `counts`."""
    qubits = tuple(final)
    for branch in branches:
        if not qubits:
            counts[branch.bits] += branch.shots
            continue
        weights = [x.real * x.real + x.imag * x.imag for x in branch.vector]
        weights = kernel.marginal(weights, bit_count, qubits)
        keep = ~sum(1 << clbit for clbits in final.values() for clbit in clbits)
        for index, times in sample(weights, branch.shots, generator).items():
            bits = branch.bits & keep
            for place, qubit in enumerate(qubits):
                if index >> place & 1:
                    for clbit in final[qubit]:
                        bits |= 1 << clbit
            counts[bits] += times


def split_final(circuit):
    """Separates the measurements that nothing follows: returns the other lines and ``{qubit: [clbits]}``."""
    busy, final, rest = set(), {}, []
    for line in reversed(circuit.data):
        operation = line.operation
        if operation._directive:
            continue
        bits = {*line.qubits, *line.clbits, *operation.condition_bits}
        if isinstance(operation, Measure) and not busy & bits:
            final.setdefault(circuit._places[line.qubits[0]], []).append(circuit._places[line.clbits[0]])
            busy.update(line.clbits)
        else:
            busy |= bits
            rest.append(line)
    return rest[::-1], final


class Runner:
    """Runs lines of one circuit over branches."""

    def __init__(self, circuit, generator):
        self._count, self._generator = circuit.num_qubits, generator
        self._phase = phase_of(circuit)
        self._places = circuit._places

    def run(self, lines, branches, places=None):
        """Returns the branches after the lines."""
        places = places or self._places
        pending = []
        for line in lines:
            operation = line.operation
            if operation._directive or operation.name == "delay":
                continue
            qubits = [places[bit] for bit in line.qubits]
            if operation.steps is not None:
                pending += moved(operation.steps(), qubits)
                continue
            self._flush(pending, branches)
            branches = self._non_unitary(operation, qubits, line, places, branches)
        self._flush(pending, branches)
        return branches

    def _flush(self, pending, branches):
        if pending:
            for branch in branches:
                run_steps(branch.vector, self._count, pending)
            pending.clear()

    def _non_unitary(self, operation, qubits, line, places, branches):
        if isinstance(operation, Measure):
            return self._measured(branches, qubits[0], places[line.clbits[0]])
        if isinstance(operation, Reset):
            return self._reset(branches, qubits[0])
        if operation.name == "initialize":
            for qubit in qubits:
                branches = self._reset(branches, qubit)
            for branch in branches:
                for kind, data, targets, controls in moved(operation._preparation.steps(), qubits):
                    apply_step(branch.vector, self._count, kind, data, targets, controls)
            return branches
        if operation.run_on is not None:
            return operation.run_on(self, branches, places)
        if operation.save is not None:
            operation.save(branches, self._count)
            return branches
        definition = operation.definition
        if definition is None:
            raise QiskitError(f"The instruction '{operation.name}' cannot be simulated.")
        inner = dict(zip(definition.qubits, qubits)) | {
            bit: places[outer] for bit, outer in zip(definition.clbits, line.clbits)}
        return self.run(definition.data, branches, inner)

    def _measured(self, branches, qubit, clbit, keep_result=True):
        result = []
        for branch in branches:
            chance = min(max(kernel.probability_of_one(branch.vector, self._count, qubit), 0.0), 1.0)
            norm = chance if chance > 0.5 else 1 - chance
            if norm > 1 - 1e-12:
                ones = branch.shots if chance > 0.5 else 0
            else:
                ones = sum(self._generator.random() < chance for _ in range(branch.shots))
            for value, shots, weight in ((0, branch.shots - ones, 1 - chance), (1, ones, chance)):
                if shots:
                    bits = branch.bits & ~(1 << clbit) | value << clbit if keep_result else branch.bits
                    vector = kernel.projected(branch.vector, self._count, qubit, value, weight)
                    result.append(Branch(vector, bits, shots))
        return result

    def _reset(self, branches, qubit):
        result = []
        flip = [[0j, 1 + 0j], [1 + 0j, 0j]]
        for branch in branches:
            if kernel.probability_of_one(branch.vector, self._count, qubit) < 1e-15:
                result.append(branch)
                continue
            for found in self._measured([branch], qubit, 0, keep_result=False):
                if kernel.probability_of_one(found.vector, self._count, qubit) > 0.5:
                    kernel.apply_matrix(found.vector, self._count, flip, (qubit,))
                result.append(found)
        return result

    def where(self, branches, condition, places):
        """Splits branches by a condition: returns those where it holds and the others."""
        bits, wanted = condition
        held, others = [], []
        for branch in branches:
            value = sum((branch.bits >> places[bit] & 1) << index for index, bit in enumerate(bits))
            (held if value == wanted else others).append(branch)
        return held, others

    def loop(self, branches, condition, body, places):
        """Repeats `body` on the branches where the condition holds, until it holds nowhere."""
        done = []
        for _ in range(_LOOP_LIMIT):
            branches, finished = self.where(branches, condition, places)
            done += finished
            if not branches:
                return done
            branches = self.run(body.data, branches, places)
        raise QiskitError(f"A while_loop did not end within {_LOOP_LIMIT} rounds.")
