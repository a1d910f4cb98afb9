"""Programs written for devices, on the workbench's quantum module: pass managers, other gates, simulators, many shots."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "assets" / "python"))

import qiskit  # noqa: E402
from qiskit import QuantumCircuit, transpile  # noqa: E402
from qiskit.circuit import Parameter  # noqa: E402
from qiskit.quantum_info import Operator, SparsePauliOp, Statevector  # noqa: E402
from qiskit_aer import AerSimulator  # noqa: E402


class ProgramsOfTutorials(unittest.TestCase):
    """The usual shape of programs for devices runs on the simulator."""

    def test_pass_managers_and_layouts(self):
        from qiskit.transpiler import generate_preset_pass_manager
        from qiskit_aer.primitives import EstimatorV2, SamplerV2

        backend = AerSimulator()
        circuit = QuantumCircuit(2)
        circuit.ry(1.1592794807274085, 0)  # qubit 0 is 1 with probability 0.3
        circuit.cx(0, 1)
        ready = generate_preset_pass_manager(optimization_level=1, backend=backend).run(circuit)
        observable = SparsePauliOp("ZI").apply_layout(ready.layout)
        self.assertAlmostEqual(EstimatorV2().run([(ready, observable)]).result()[0].data.evs, 0.4)
        ready.measure_all()
        counts = SamplerV2(seed=1).run([ready], shots=500).result()[0].data.meas.get_counts()
        self.assertEqual(sum(counts.values()), 500)

    def test_other_gates_for_the_same_operator(self):
        gates = {}
        exec((Path(__file__).parent / "cases" / "gates.py").read_text(encoding="utf-8"), gates)
        for basis in (["u", "cx"], ["u3", "cz"], ["rz", "sx", "x", "cx"], ["rz", "ry", "cx"], ["rz", "rx", "cz"]):
            for seed in range(3):
                circuit = gates["random_circuit"](4, 25, seed)
                circuit.mcx([0, 1, 2], 3)
                circuit.mcp(0.3, [3, 1, 0], 2)
                written = transpile(circuit, basis_gates=basis)
                self.assertLessEqual(set(written.count_ops()), set(basis))
                largest = max(abs(x - y) for x, y in zip(Operator(written).data.flatten(), Operator(circuit).data.flatten()))
                self.assertLess(largest, 1e-10)

    def test_other_gates_keep_parameters(self):
        angle = Parameter("angle")
        circuit = QuantumCircuit(2)
        circuit.rx(angle, 0)
        circuit.cu(angle, 1, 2, angle / 2, 0, 1)
        written = transpile(circuit, basis_gates=["rz", "sx", "cx"])
        self.assertEqual(Operator(written.assign_parameters([0.7])), Operator(circuit.assign_parameters([0.7])))

    def test_the_basic_simulator(self):
        from qiskit.providers.basic_provider import BasicSimulator

        circuit = QuantumCircuit(2, 2)
        circuit.x(1)
        circuit.measure([0, 1], [0, 1])
        self.assertEqual(BasicSimulator().run(transpile(circuit, BasicSimulator()), shots=10).result().get_counts(), {"10": 10})

    def test_too_many_qubits_are_refused_at_once(self):
        for attempt in (lambda: Statevector(QuantumCircuit(40)), lambda: Operator(QuantumCircuit(20)),
                        lambda: AerSimulator().run(QuantumCircuit(50, 1))):
            with self.assertRaisesRegex(qiskit.QiskitError, "more than fits"):
                attempt()

    def test_many_shots_through_many_outcomes(self):
        circuit = QuantumCircuit(8, 8)
        circuit.h(range(8))
        circuit.measure(range(8), range(8))
        circuit.h(range(8))
        circuit.measure(range(8), range(8))
        self.assertEqual(sum(AerSimulator().run(circuit, shots=300, seed_simulator=2).result().get_counts().values()), 300)
