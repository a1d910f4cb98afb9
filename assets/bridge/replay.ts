/** What a node gave, for evolution to compare with what its source runs gave: in words, as traces tell it, and as JSON where that can. Brought when it is first asked for. */

import type { ExecutableSkill, NodeResult, Payload, RunResult } from "./llmos.d";
import { summarise } from "./summary";

interface Told {
  text: string;
  value: unknown;
}

/** Larger values are not sent: their words tell them apart well enough. */
const LARGEST_VALUE_LETTERS = 2_000_000;

/** The outputs of a node; throws where it gave none. */
export function told(result: RunResult, { workflow, skills }: Payload, nodeId: string): Record<string, Told> {
  const skill = skills[workflow.nodes.find((one) => one.nodeId === nodeId)?.skillId ?? ""];
  const outputs: Record<string, Told> = {};
  for (const port of skill?.outputs ?? []) {
    const socket = socketOf(skill!, port.name);
    // What is inside a compound runs under its node's name.
    const inner = socket && result.nodes[`${nodeId}/${socket.node}`];
    const node = inner ?? result.nodes[nodeId];
    if (node?.status !== "completed") throw new Error(reason(result, node));
    const value = node.outputs[inner === undefined ? port.name : socket!.port];
    if (value !== undefined) outputs[port.name] = { text: summarise(port as Parameters<typeof summarise>[0], value), value: asJson(value) };
  }
  return outputs;
}

/** Where an output of a compound comes from inside it. */
function socketOf({ type, code }: ExecutableSkill, output: string): { node: string; port: string } | undefined {
  if ((type as string) !== "workflow") return undefined;
  return (JSON.parse(code) as { outputs?: Record<string, { node: string; port: string }> }).outputs?.[output];
}

function reason(result: RunResult, node: NodeResult | undefined): string {
  if (result.status === "cancelled") return "It was stopped.";
  return node?.error?.message ?? Object.values(result.nodes).find((one) => one.error !== null)?.error?.message ?? "The run gave nothing.";
}

function asJson(value: unknown): unknown {
  const plain = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return String(part);
    return ArrayBuffer.isView(part) && !(part instanceof DataView) ? Array.from(part as unknown as ArrayLike<number>) : part;
  });
  return plain === undefined || plain.length > LARGEST_VALUE_LETTERS ? null : (JSON.parse(plain) as unknown);
}
