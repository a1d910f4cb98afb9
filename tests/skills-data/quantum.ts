/** Quantum circuits beside published Hamiltonians, exact diagonalisation and closed formulas, computed here without any of their code. */

import { column, eachNear, holds, near, number, numbers, plot, same, sum, type Outputs, type Refusal, type Row } from "./row";

const BOHR_IN_ANGSTROM = 0.529177210903;

/**
 * The lowest eigenvalue of c₀·I + c₁·(Z₀ + Z₁) + c₂·Z₀Z₁ + c₃·X₀X₁: the matrix falls into two blocks of two rows, of which the one
 * with both electrons in one orbital lies lower.
 */
function exactGroundState(c0: number, c1: number, c2: number, c3: number): number {
  return Math.min(c0 + c2 - Math.hypot(2 * c1, c3), c0 - c2 - Math.abs(c3));
}

/** The Hamiltonian of Qiskit's own tutorials for 0.735 Å and STO-3G, without the nuclear repulsion. */
const QISKIT_TUTORIAL = { II: -1.052373245772859, Z: -0.39793742484318045, ZZ: 0.01128010425623538, XX: 0.18093119978423156 };

/** Table 1 of O'Malley et al., Phys. Rev. X 6, 031007 (2016), at 0.75 Å: I, Z₀, Z₁, Z₀Z₁, X₀X₁, Y₀Y₁. */
const OMALLEY = [0.2252, 0.3435, -0.4347, 0.5716, 0.091, 0.091] as const;

/** The coefficients as the skill gives them, by operator. */
function coefficients(outputs: Outputs): Record<string, number> {
  const names = column(outputs, "coefficients", "Operator (qubit 1, qubit 0)") as string[];
  const values = column(outputs, "coefficients", "Coefficient") as number[];
  return Object.fromEntries(names.map((name, index) => [name, values[index]!]));
}

function agreesWithDiagonalisation(outputs: Outputs): void {
  const c = coefficients(outputs);
  const exact = exactGroundState(c.II!, c.IZ!, c.ZZ!, c.XX!);
  near("energy beside diagonalisation", outputs.energy, exact, 1e-6);
  near("exact_energy beside diagonalisation", outputs.exact_energy, exact, 1e-10);
  holds("variation: the energy is no lower than exact", number(outputs, "energy") > exact - 1e-9);
  holds("correlation: Hartree–Fock lies above", number(outputs, "hartree_fock_energy") > exact + 0.01);
  near("sampled_energy", outputs.sampled_energy, exact, 5 * number(outputs, "standard_error"));
}

const tutorialHydrogen: Row = {
  skill: "vqe-h2",
  says: "at 0.735 Å in STO-3G it has the Hamiltonian of Qiskit's tutorials and reaches its exact ground state within 1e-6 Ha",
  check(outputs) {
    agreesWithDiagonalisation(outputs);
    const repulsion = BOHR_IN_ANGSTROM / 0.735;
    const published = exactGroundState(QISKIT_TUTORIAL.II + repulsion, QISKIT_TUTORIAL.Z, QISKIT_TUTORIAL.ZZ, QISKIT_TUTORIAL.XX);
    near("published ground state", published, -1.137306, 1e-6);
    near("energy", outputs.energy, published, 1e-6);
    const c = coefficients(outputs);
    near("c₀", c.II, QISKIT_TUTORIAL.II + repulsion, 1e-6);
    near("c₁", c.IZ, QISKIT_TUTORIAL.Z, 1e-6);
    near("c₂", c.ZZ, QISKIT_TUTORIAL.ZZ, 1e-6);
    near("c₃", c.XX, QISKIT_TUTORIAL.XX, 1e-6);
    near("theta", outputs.theta, Math.atan2(c.XX!, 2 * c.IZ!) - Math.PI, 1e-6);
    // The molecule rests near 0.735 Å, and falls apart to two atoms of −0.4666 Ha each.
    const [lengths, energies] = [numbers(outputs, "bond_lengths"), numbers(outputs, "energies")];
    near("bond length of the lowest energy", lengths[energies.indexOf(Math.min(...energies))]!, 0.735, 0.05);
    near("two atoms, far apart", energies.at(-1)!, 2 * -0.4666, 5e-3);
    same("curves", plot(outputs, "dissociation").series.map(({ name }) => name), ["Hartree–Fock", "Exact", "VQE"]);
    const { quantum } = outputs.circuit as { quantum: { qubits: number; gates: { name: string }[]; text: string } };
    same("gates", quantum.gates.map(({ name }) => name), ["ry", "cx"]);
    holds("a drawing", quantum.text.includes("q_0") && quantum.text.includes("q_1"));
  },
};

const publishedHydrogen: Row = {
  skill: "vqe-h2",
  says: "at 0.75 Å in STO-6G it has the energy of O'Malley's published Hamiltonian, to the digits that were printed",
  inputs: { bond_length: 0.75, basis: "STO-6G" },
  check(outputs) {
    agreesWithDiagonalisation(outputs);
    const [g0, g1, g2, g3, g4, g5] = OMALLEY;
    near("energy", outputs.energy, g0 - g3 - Math.hypot(g1 - g2, g4 + g5), 3e-4);
    near("exchange integral", coefficients(outputs).XX, g4 + g5, 1e-4);
  },
};

const textbookHydrogen: Row = {
  skill: "vqe-h2",
  says: "at 1.4 bohr in STO-3G it has the energies of Szabo and Ostlund's textbook",
  inputs: { bond_length: 1.4 * BOHR_IN_ANGSTROM },
  check(outputs) {
    agreesWithDiagonalisation(outputs);
    near("hartree_fock_energy", outputs.hartree_fock_energy, -1.1167, 5e-5);
    near("energy", outputs.energy, -1.1373, 5e-5);
  },
};

function bell(state: string, outcomes: number[]): Row {
  const shots = 4000;
  return {
    skill: "bell-state",
    says: `${state} is maximally entangled and breaks Bell's inequality by 2√2`,
    inputs: { state, shots },
    check(outputs) {
      const probabilities = column(outputs, "probabilities", "Probability") as number[];
      eachNear("probability", probabilities, (i) => outcomes[i]!, 1e-12);
      const counts = column(outputs, "probabilities", "Count") as number[];
      same("shots", sum(counts), shots);
      counts.forEach((count, i) => near(`count ${i}`, count, shots * outcomes[i]!, 5 * Math.sqrt(shots * outcomes[i]! * (1 - outcomes[i]!))));
      near("entropy", outputs.entropy, 1, 1e-9);
      near("chsh_exact", outputs.chsh_exact, 2 * Math.SQRT2, 1e-9);
      near("chsh", outputs.chsh, 2 * Math.SQRT2, 5 * Math.sqrt(2 / shots));
    },
  };
}

function grover(qubits: number, marked: number, iterations: number): Row {
  const theta = Math.asin(2 ** (-qubits / 2));
  const taken = iterations || Math.max(1, Math.round(Math.PI / (4 * theta) - 0.5));
  return {
    skill: "grover-search",
    says: `among ${2 ** qubits} items the probability after ${taken} turns is sin²((2k + 1)θ)`,
    inputs: { qubits, marked, iterations },
    check(outputs) {
      same("iterations", outputs.iterations, taken);
      near("probability", outputs.probability, Math.sin((2 * taken + 1) * theta) ** 2, 1e-9);
      const simulated = plot(outputs, "plot").series.find(({ name }) => name === "Simulated")!;
      eachNear("turn", simulated.y, (k) => Math.sin((2 * k + 1) * theta) ** 2, 1e-9);
      if (Math.sin((2 * taken + 1) * theta) ** 2 > 0.9) same("found", outputs.found, marked);
      const { quantum } = outputs.circuit as { quantum: { qubits: number } };
      same("qubits of the circuit", quantum.qubits, qubits);
    },
  };
}

export const rows: Row[] = [
  tutorialHydrogen,
  publishedHydrogen,
  textbookHydrogen,
  bell("phi+", [0.5, 0, 0, 0.5]),
  bell("psi-", [0, 0.5, 0.5, 0]),
  grover(5, 19, 0),
  grover(2, 3, 0),
  grover(6, 0, 12),
];

export const refusals: Refusal[] = [
  { skill: "vqe-h2", inputs: { basis: "6-31G" }, words: /STO-3G or STO-6G/ },
  { skill: "bell-state", inputs: { state: "ghz" }, words: /phi\+, phi-, psi\+, psi-/ },
  { skill: "grover-search", inputs: { qubits: 3, marked: 8 }, words: /from 0 to 7/ },
];
