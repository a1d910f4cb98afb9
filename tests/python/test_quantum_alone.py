"""What the workbench's quantum module does on its own: seeds, statistics, measurements in the middle, and what it says of itself."""

import cmath
import math
import subprocess
import sys
import unittest
from pathlib import Path

OURS = Path(__file__).resolve().parent.parent.parent / "assets" / "python"
sys.path.insert(0, str(OURS))

import qiskit  # noqa: E402
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister, transpile  # noqa: E402
from qiskit.circuit import Parameter  # noqa: E402
from qiskit.circuit.library import PhaseOracle, StatePreparation  # noqa: E402
from qiskit.primitives import StatevectorEstimator, StatevectorSampler  # noqa: E402
from qiskit.quantum_info import Operator, SparsePauliOp, Statevector, random_statevector, random_unitary  # noqa: E402
from qiskit.visualization import plot_distribution, plot_histogram  # noqa: E402
from qiskit_aer import AerSimulator  # noqa: E402


def biased():
    """A circuit whose qubit 0 is 1 with probability 0.3, copied to qubit 1."""
    circuit = QuantumCircuit(2)
    circuit.ry(2 * math.asin(math.sqrt(0.3)), 0)
    circuit.cx(0, 1)
    return circuit


def within_five_sigma(count, shots, probability):
    """Says whether a count is as near to its mean as it is in all but one of a million runs."""
    return abs(count - shots * probability) <= 5 * math.sqrt(shots * probability * (1 - probability)) + 1


class Sampling(unittest.TestCase):
    """Seeds and frequencies."""

    def counts(self, seed, shots=4000):
        circuit = biased()
        circuit.measure_all()
        return StatevectorSampler(seed=seed).run([circuit], shots=shots).result()[0].data.meas.get_counts()

    def test_a_seed_repeats_its_counts(self):
        self.assertEqual(self.counts(7), self.counts(7))
        self.assertNotEqual(self.counts(7), self.counts(8))

    def test_frequencies_follow_the_probabilities(self):
        counts = self.counts(11)
        self.assertEqual(sum(counts.values()), 4000)
        self.assertLessEqual(set(counts), {"00", "11"})
        self.assertTrue(within_five_sigma(counts["11"], 4000, 0.3), counts)

    def test_all_ways_to_sample_agree(self):
        circuit = biased()
        state = Statevector(circuit)
        state.seed(5)
        first = state.sample_counts(3000)
        state.seed(5)
        self.assertEqual(first, state.sample_counts(3000))
        measured = circuit.measure_all(inplace=False)
        again = AerSimulator().run(transpile(measured, AerSimulator()), shots=3000, seed_simulator=5).result().get_counts()
        for counts in (first, again):
            self.assertTrue(within_five_sigma(counts["11"], 3000, 0.3), counts)

    def test_precision_adds_seeded_noise(self):
        job = [(biased(), "ZI")]
        values = [StatevectorEstimator(seed=seed).run(job, precision=0.1).result()[0].data.evs for seed in (1, 1, 2)]
        self.assertEqual(values[0], values[1])
        self.assertNotEqual(values[0], values[2])
        self.assertLess(abs(values[0] - 0.4), 0.6)

    def test_a_measured_state_is_what_was_seen(self):
        state = Statevector(biased())
        state.seed(3)
        outcome, after = state.measure([1])
        self.assertAlmostEqual(after.probabilities_dict()[outcome * 2], 1.0)


class MeasurementsInTheMiddle(unittest.TestCase):
    """Conditions, resets and loops."""

    def run_counts(self, circuit, shots=2000, seed=4):
        return AerSimulator().run(circuit, shots=shots, seed_simulator=seed).result().get_counts()

    def test_teleportation(self):
        qubits, bits, out = QuantumRegister(3, "q"), ClassicalRegister(2, "m"), ClassicalRegister(1, "out")
        circuit = QuantumCircuit(qubits, bits, out)
        circuit.u(0.7, 0.4, 1.1, 0)
        circuit.h(1)
        circuit.cx(1, 2)
        circuit.cx(0, 1)
        circuit.h(0)
        circuit.measure([0, 1], bits)
        with circuit.if_test((bits[1], 1)):
            circuit.x(2)
        with circuit.if_test((bits[0], 1)):
            circuit.z(2)
        circuit.u(-0.7, -1.1, -0.4, 2)
        circuit.measure(2, out)
        counts = self.run_counts(circuit)
        self.assertEqual({key.split()[0] for key in counts}, {"0"})
        self.assertEqual(len(counts), 4)

    def test_else_and_registers(self):
        circuit = QuantumCircuit(2, 2)
        circuit.h(0)
        circuit.measure(0, 0)
        with circuit.if_test((circuit.cregs[0], 1)) as otherwise:
            circuit.x(1)
        with otherwise:
            circuit.reset(1)
        circuit.measure(1, 1)
        self.assertEqual(set(self.run_counts(circuit)), {"00", "11"})

    def test_condition_on_a_composed_body(self):
        body = QuantumCircuit(1)
        body.x(0)
        circuit = QuantumCircuit(2, 1)
        circuit.x(0)
        circuit.measure(0, 0)
        circuit.if_test((0, 1), body, [1], [])
        outer = QuantumCircuit(3, 2)
        outer.compose(circuit, [2, 0], [1], inplace=True)
        outer.measure(0, 0)
        self.assertEqual(self.run_counts(outer), {"11": 2000})

    def test_reset_forgets(self):
        circuit = QuantumCircuit(1, 1)
        circuit.h(0)
        circuit.reset(0)
        circuit.measure(0, 0)
        self.assertEqual(self.run_counts(circuit), {"0": 2000})

    def test_a_loop_runs_until_its_condition_fails(self):
        circuit = QuantumCircuit(1, 1)
        circuit.x(0)
        circuit.measure(0, 0)
        with circuit.while_loop((circuit.clbits[0], 1)):
            circuit.h(0)
            circuit.measure(0, 0)
        self.assertEqual(self.run_counts(circuit), {"0": 2000})

    def test_a_loop_with_an_index(self):
        circuit = QuantumCircuit(1, 1)
        with circuit.for_loop(range(4)) as angle:
            circuit.rx(angle * math.pi / 3, 0)
        circuit.rx(math.pi, 0)
        circuit.measure(0, 0)
        self.assertEqual(self.run_counts(circuit), {"1": 2000})

    def test_a_qubit_measured_twice_repeats_itself(self):
        circuit = QuantumCircuit(1, 2)
        circuit.h(0)
        circuit.measure(0, 0)
        circuit.measure(0, 1)
        counts = self.run_counts(circuit)
        self.assertEqual(set(counts), {"00", "11"})
        self.assertTrue(within_five_sigma(counts["11"], 2000, 0.5), counts)

    def test_saved_states(self):
        circuit = biased()
        circuit.save_statevector()
        state = AerSimulator().run(circuit).result().get_statevector()
        self.assertEqual(state, Statevector(biased()))


class Exactness(unittest.TestCase):
    """Closed forms, to rounding."""

    def test_fourier_transform_of_a_basis_state(self):
        from qiskit.circuit.library import QFT

        state = Statevector.from_int(5, 64).evolve(QFT(6))
        for index, value in enumerate(state):
            self.assertLess(abs(value - cmath.exp(2j * cmath.pi * 5 * index / 64) / 8), 1e-12)

    def test_grover_finds_what_the_sine_says(self):
        from qiskit.circuit.library import grover_operator

        circuit = QuantumCircuit(4)
        circuit.h(range(4))
        for _ in range(3):
            circuit.compose(grover_operator(PhaseOracle("a & ~b & c & d")), inplace=True)
        wanted = math.sin(7 * math.asin(0.25)) ** 2
        self.assertLess(abs(Statevector(circuit).probabilities_dict()["1101"] - wanted), 1e-12)

    def test_norm_after_many_gates(self):
        circuit = QuantumCircuit(5)
        for index in range(300):
            circuit.u(index, 2 * index, 3 * index, index % 5)
            circuit.cry(index, index % 5, (index + 2) % 5)
        self.assertLess(abs(Statevector(circuit).trace() - 1), 1e-12)

    def test_preparation_is_unitary_and_undone(self):
        state = random_statevector(16, seed=3)
        gate = StatePreparation(state)
        self.assertTrue(Operator(gate).is_unitary())
        circuit = QuantumCircuit(4)
        circuit.append(gate, range(4))
        self.assertLess(max(abs(x - y) for x, y in zip(Statevector(circuit), state)), 1e-12)
        circuit.append(gate.inverse(), range(4))
        self.assertLess(abs(Statevector(circuit)[0] - 1), 1e-12)

    def test_random_things_are_seeded_and_valid(self):
        self.assertEqual(random_statevector(8, seed=1), random_statevector(8, seed=1))
        self.assertTrue(random_unitary(8, seed=2).is_unitary())
        self.assertTrue(random_unitary(8, seed=2).power(1 / 3).power(3).equiv(random_unitary(8, seed=2)))

    def test_a_hamiltonian_and_its_matrix_agree(self):
        total = SparsePauliOp(["XYZI", "IZZX", "YIIY"], [0.3, -0.7, 1.1])
        state = random_statevector(16, seed=9)
        self.assertAlmostEqual(state.expectation_value(total), state.expectation_value(Operator(total)).real, 12)


class WhatItSaysOfItself(unittest.TestCase):
    """Names, missing names and errors for people."""

    def test_the_version_says_that_it_is_a_subset(self):
        self.assertRegex(qiskit.__version__, r"^2\.\d+\.\d+\+subset")
        self.assertIn("subset", qiskit.__doc__)

    def test_missing_names_are_named_with_what_there_is(self):
        for code, name, other in (("from qiskit import IBMQ", "IBMQ", "QuantumCircuit"),
                                  ("from qiskit.quantum_info import Kraus", "Kraus", "Statevector"),
                                  ("import qiskit.pulse", "qiskit.pulse", "qiskit.circuit"),
                                  ("from qiskit_aer import QasmSimulator", "QasmSimulator", "AerSimulator")):
            with self.subTest(code), self.assertRaises(ImportError) as caught:
                exec(code, {})
            self.assertIn(name, str(caught.exception))
            self.assertIn(other, str(caught.exception))
            self.assertIn("subset", str(caught.exception))

    def test_missing_methods_are_named(self):
        with self.assertRaises(AttributeError) as caught:
            QuantumCircuit(1).qasm()
        self.assertIn("'qasm'", str(caught.exception))
        self.assertIn("measure_all", str(caught.exception))
        self.assertFalse(hasattr(Statevector([1, 0]), "no_such_thing"))

    def test_a_basis_it_cannot_reach_is_refused_by_name(self):
        circuit = QuantumCircuit(2)
        circuit.h(0)
        self.assertEqual(transpile(circuit, basis_gates=["h"]).count_ops(), {"h": 1})
        with self.assertRaisesRegex(qiskit.QiskitError, "cannot write 'h'"):
            transpile(circuit, basis_gates=["rz", "cx"])
        circuit.unitary(random_unitary(4, seed=1), [0, 1])
        with self.assertRaisesRegex(qiskit.QiskitError, "cannot write 'unitary'"):
            transpile(circuit, basis_gates=["u", "cx"])

    def test_unbound_parameters_are_named(self):
        circuit = QuantumCircuit(1)
        circuit.rx(Parameter("angle"), 0)
        with self.assertRaisesRegex(TypeError, "angle"):
            Statevector(circuit)
        circuit.measure_all()
        with self.assertRaisesRegex(qiskit.QiskitError, "angle"):
            AerSimulator().run(circuit)

    def test_every_public_thing_has_a_docstring(self):
        import importlib
        import pkgutil

        missing = []
        for package in ("qiskit", "qiskit_aer"):
            for found in pkgutil.walk_packages([str(OURS / package)], package + "."):
                module = importlib.import_module(found.name)
                if not module.__doc__:
                    missing.append(found.name)
                for name, value in vars(module).items():
                    if name.startswith("_") or getattr(value, "__module__", None) != found.name or not callable(value):
                        continue
                    members = {f"{name}.{key}": member for key, member in vars(value).items()
                               if not key.startswith("_") and (callable(member) or isinstance(member, property))} \
                        if isinstance(value, type) else {}
                    for title, thing in {name: value, **members}.items():
                        if not (thing.__doc__ or "").strip():
                            missing.append(f"{found.name}.{title}")
        self.assertEqual(missing, [])

    def test_it_needs_no_package(self):
        code = ("import sys; sys.path.insert(0, sys.argv[1]); import qiskit, qiskit.quantum_info, qiskit.primitives, "
                "qiskit.visualization, qiskit.circuit.library, qiskit.synthesis, qiskit_aer; "
                "print(sorted(name for name in sys.modules if 'site-packages' in str(getattr(sys.modules[name], '__file__', ''))))")
        done = subprocess.run([sys.executable, "-I", "-S", "-c", code, str(OURS)], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.strip(), "[]")


class ForTheWorkbench(unittest.TestCase):
    """What nodes hand to previews."""

    def test_circuits_describe_themselves(self):
        circuit = QuantumCircuit(QuantumRegister(2, "q"), ClassicalRegister(1, "c"))
        circuit.h(0)
        circuit.crx(math.pi / 2, 0, 1)
        circuit.rz(Parameter("angle") * 2, 1)
        circuit.measure(1, 0)
        found = circuit.to_preview()["quantum"]
        self.assertEqual((found["qubits"], found["clbits"], found["qubit_names"], found["clbit_names"]), (2, 1, ["q_0", "q_1"], ["c"]))
        self.assertEqual([gate["name"] for gate in found["gates"]], ["h", "crx", "rz", "measure"])
        self.assertEqual(found["gates"][1], {"name": "crx", "label": "", "qubits": [0, 1], "params": [math.pi / 2], "clbits": [],
                                             "controls": 1})
        self.assertEqual(found["gates"][2]["params"], ["angle*2"])
        self.assertEqual(found["gates"][3]["clbits"], [0])
        self.assertIn("┤ H ├", found["text"])

    def test_states_and_arrays_become_plain_numbers(self):
        self.assertEqual(Statevector([0.6, 0.8j]).to_preview(), {"re": [0.6, 0.0], "im": [0.0, 0.8]})
        self.assertEqual(Operator.from_label("Z").to_preview()["re"], [[1.0, 0.0], [0.0, -1.0]])

    def test_histograms_are_plots(self):
        plot = plot_histogram([{"00": 3, "11": 5}, {"01": 1}], legend=["first", "second"], title="Counts")
        self.assertEqual([series["name"] for series in plot["series"]], ["first", "second"])
        self.assertEqual(plot["series"][0], {"name": "first", "kind": "bar", "x": ["00", "01", "11"], "y": [3, 0, 5]})
        self.assertEqual(plot_distribution({"0": 1, "1": 3})["series"][0]["y"], [0.25, 0.75])
