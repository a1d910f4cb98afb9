/** Short ways to say what a test runs: skills of one function, graphs of a few nodes. */

import type { ExecutableSkill, Payload, Port, PortType, SkillType } from "../../../assets/bridge/llmos.d";

/** A port from its name and type. */
export function port(name: string, type: PortType = "any", more: Partial<Port> = {}): Port {
  return { name, type, description: "", ...more };
}

const LANGUAGES: Record<SkillType, ExecutableSkill["language"]> = {
  "python-wasm": "python",
  qiskit: "python",
  javascript: "javascript",
  threejs: "javascript",
  spice: "spice",
};

/** A skill of this type and code; its ports as given. */
export function skill(type: SkillType, code: string, more: Partial<ExecutableSkill> = {}): ExecutableSkill {
  return {
    skillId: `test-${type}`,
    name: `Test of ${type}`,
    description: "",
    type,
    executionMode: "browser-wasm",
    category: "test",
    tags: [],
    version: "1.0.0",
    author: "",
    inputs: [],
    outputs: [port("result")],
    code,
    language: LANGUAGES[type],
    packages: [],
    estimatedTimeMs: 0,
    memoryMb: 0,
    ...more,
  };
}

/** A workflow of one node, `node`, that runs this skill. */
export function single(executable: ExecutableSkill, inputValues: Record<string, unknown> = {}): Payload {
  return graph([executable], { node: executable.skillId }, [], { node: inputValues });
}

/** A graph: skills, the skill of each node, wires such as `"a.y -> b.x"`, and inputs given by hand. */
export function graph(
  skills: ExecutableSkill[],
  nodes: Record<string, string>,
  wires: string[] = [],
  inputValues: Record<string, Record<string, unknown>> = {},
): Payload {
  return {
    workflow: {
      workflowId: "test",
      name: "Test",
      nodes: Object.entries(nodes).map(([nodeId, skillId]) => ({ nodeId, skillId, inputValues: inputValues[nodeId] ?? {} })),
      edges: wires.map((wire) => {
        const [, source, sourceOutput, target, targetInput] = /^(.+)\.(.+) -> (.+)\.(.+)$/.exec(wire) ?? [];
        if (!source || !sourceOutput || !target || !targetInput) throw new Error(`'${wire}' is no wire`);
        return { source, sourceOutput, target, targetInput };
      }),
    },
    skills: Object.fromEntries(skills.map((executable) => [executable.skillId, executable])),
  };
}
