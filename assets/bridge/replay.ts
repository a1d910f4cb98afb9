/** What a node gave, for evolution to compare with what its source runs gave: in words, as traces tell it, and as JSON where that can. Brought when it is first asked for. */

import type { NodeResult, Payload, RunResult } from "./llmos.d";
import { summarise } from "./summary";

interface Told {
  text: string;
  value: unknown;
}

/** Larger values are not sent: their words tell them apart well enough. */
const LARGEST_VALUE_LETTERS = 2_000_000;

/** The outputs of a node; throws where it gave none. */
export function told(result: RunResult, { workflow, skills }: Payload, nodeId: string): Record<string, Told> {
  const node = result.nodes[nodeId];
  if (node?.status !== "completed") throw new Error(reason(result, node));
  const ports = skills[workflow.nodes.find((one) => one.nodeId === nodeId)?.skillId ?? ""]?.outputs ?? [];
  const outputs: Record<string, Told> = {};
  for (const [name, value] of Object.entries(node.outputs)) {
    const port = ports.find((one) => one.name === name);
    const text = port === undefined ? String(value) : summarise(port as Parameters<typeof summarise>[0], value);
    outputs[name] = { text, value: asJson(value) };
  }
  return outputs;
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
