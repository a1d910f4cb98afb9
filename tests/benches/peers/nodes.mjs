/** The same graphs in rete-engine's dataflow engine, and in a plain executor that waits for each level. */

import { ClassicPreset, NodeEditor } from "rete";
import { DataflowEngine } from "rete-engine";

const socket = new ClassicPreset.Socket("number");

class Add extends ClassicPreset.Node {
  constructor(value) {
    super("Add");
    this.value = value;
    this.addInput("x", new ClassicPreset.Input(socket));
    this.addOutput("y", new ClassicPreset.Output(socket));
  }

  data(inputs) {
    return { y: (inputs.x?.[0] ?? this.value) + 1 };
  }
}

const editors = new Map();

/** The graph stands already, as it does in an editor: what is timed is its execution with new inputs. */
async function editorOf(shape, ids) {
  if (editors.has(shape)) return editors.get(shape);
  const editor = new NodeEditor();
  const engine = new DataflowEngine();
  editor.use(engine);
  const nodes = ids.map((_, index) => new Add(index));
  for (const node of nodes) await editor.addNode(node);
  if (shape === "chain") {
    for (let index = 1; index < nodes.length; index++) {
      await editor.addConnection(new ClassicPreset.Connection(nodes[index - 1], "y", nodes[index], "x"));
    }
  }
  editors.set(shape, { engine, nodes });
  return { engine, nodes };
}

async function rete(shape, ids, round) {
  const { engine, nodes } = await editorOf(shape, ids);
  nodes.forEach((node, index) => (node.value = round * 1e6 + index));
  engine.reset();
  if (shape === "chain") return (await engine.fetch(nodes.at(-1).id)).y;
  const results = await Promise.all(nodes.map((node) => engine.fetch(node.id)));
  return results.at(-1).y;
}

async function plain(shape, ids, round) {
  const execute = async ({ x }) => ({ y: x + 1 });
  const levels = shape === "chain" ? ids.map((id) => [id]) : [ids];
  const outputs = new Map();
  for (const level of levels) {
    await Promise.all(
      level.map(async (id, index) => {
        const before = shape === "chain" ? outputs.get(`n${Number(id.slice(1)) - 1}`)?.y : undefined;
        outputs.set(id, await execute({ x: before ?? round * 1e6 + index }));
      }),
    );
  }
  return outputs.get(ids.at(-1)).y;
}

window.peers = { rete, plain };
