/**
 * The worker of SPICE nodes: a deck goes to ngspice, its vectors and measurements fill the node's outputs.
 *
 * One ngspice serves many runs. It is thrown away, and a fresh one made of the same compiled module, whenever a run failed, ngspice
 * ended itself, or a deck had a `.control` block that may have changed its settings: so no run sees anything of another. A
 * simulation that never ends is ended from outside, with this whole worker.
 */

import type { Code } from "../bridge/protocol";
import { JobFailure } from "./failure";
import { serve, type Engine, type JobIo, type StartFiles } from "./serve";
import { includedFiles, prepareDeck, type Deck } from "./spice-deck";
import { EngineEnded, Ngspice, type CreateNgspice } from "./spice-engine";
import { Transcript } from "./spice-messages";
import { fillOutputs, type Simulation } from "./spice-outputs";
import { SimulationPlot } from "./spice-raw";

const DECK = "/deck.cir";
const RESULT = "/result.raw";
/** What ngspice calls the plot of its constants of nature. */
const CONSTANTS = "const";

export class SpiceEngine implements Engine {
  readonly ownsOutputs = true;
  #create!: CreateNgspice;
  #module!: WebAssembly.Module;
  #fresh: Promise<Ngspice> | undefined;
  /** Model cards and libraries by the name that decks include. */
  readonly #models = new Map<string, Uint8Array>();

  async start(files: StartFiles, _options: unknown, stage: (text: string) => void): Promise<void> {
    stage("starting ngspice");
    const address = URL.createObjectURL(new Blob([files["ngspice.mjs"] as BlobPart], { type: "text/javascript" }));
    const glue = (await import(address)) as { default: CreateNgspice };
    URL.revokeObjectURL(address);
    this.#create = glue.default;
    this.#module = files["spice.wasm"] as WebAssembly.Module;
    this.#fresh = Ngspice.open(this.#create, this.#module);
    await this.#fresh;
  }

  /** Model cards that decks to come include. */
  async install(files: { name: string; bytes: ArrayBuffer }[]): Promise<void> {
    for (const { name, bytes } of files) this.#models.set(name, new Uint8Array(bytes));
  }

  async run(code: Code, values: Record<string, unknown>, io: JobIo): Promise<Record<string, unknown>> {
    const deck = prepareDeck(code.text, code.inputs, values);
    for (const warning of deck.warnings) io.log("stderr", `${warning}\n`);
    const transcript = new Transcript((stream, text) => io.log(stream, text));
    const ngspice = await (this.#fresh ??= Ngspice.open(this.#create, this.#module));
    // Only a run that ends well leaves it to the next.
    this.#fresh = undefined;
    ngspice.listener = (stream, line) => transcript.hear(stream, line);
    try {
      const simulation = simulate(ngspice, deck, transcript, this.#modelsFor(deck));
      const outputs = fillOutputs(code.outputs, simulation);
      if (!deck.hasControl) this.#fresh = Promise.resolve(ngspice);
      return outputs;
    } catch (error) {
      if (error instanceof EngineEnded) throw transcript.failure(deck, error.message);
      throw error;
    } finally {
      this.#fresh ??= Ngspice.open(this.#create, this.#module);
      // Told by the run that needs it.
      this.#fresh.catch(() => undefined);
    }
  }

  #modelsFor(deck: Deck): Map<string, Uint8Array> {
    const wanted = includedFiles(deck.text);
    return wanted.length === 0 ? new Map() : this.#models;
  }
}

/** Runs all that the deck asks for and reads what came of it. */
function simulate(ngspice: Ngspice, deck: Deck, transcript: Transcript, models: Map<string, Uint8Array>): Simulation {
  for (const [name, bytes] of models) ngspice.writeFile(`/${name}`, bytes);
  ngspice.writeFile(DECK, deck.text);
  // The same deck gives the same results, also where models draw lots.
  ngspice.execute("setseed 1");
  ngspice.execute(`source ${DECK}`);
  if (transcript.failed) throw transcript.failure(deck);
  const plots = deck.hasControl || deck.measures.length > 0 ? runInMemory(ngspice, deck, transcript) : runToFile(ngspice, deck, transcript);
  if (!plots.some((plot) => plot.pointCount > 0)) {
    if (transcript.measurements().size === 0) throw new JobFailure("no_result", "ngspice ran, but gave no result.", transcript.printed || undefined);
  }
  forget(ngspice);
  for (const analysis of unmeasured(deck, transcript)) {
    ngspice.writeFile(DECK, deck.withOnly(analysis));
    ngspice.execute(`source ${DECK}`);
    ngspice.execute("run");
    if (transcript.failed) throw transcript.failure(deck);
    forget(ngspice);
  }
  return {
    plots: inOrder(plots, deck.analyses),
    measurements: transcript.measurements(),
    measurementFailure: (name) => transcript.failureOfMeasurement(name),
    printed: transcript.printed,
    netlist: deck.text,
  };
}

/** Results go to a file as they are made; nothing but that file knows them. */
function runToFile(ngspice: Ngspice, deck: Deck, transcript: Transcript): SimulationPlot[] {
  const file = ngspice.capture(`run ${RESULT}`);
  if (transcript.failed) throw transcript.failure(deck);
  return SimulationPlot.readAll(file);
}

/** Results stay in ngspice, where measurements and commands find them, and are written when all is done. */
function runInMemory(ngspice: Ngspice, deck: Deck, transcript: Transcript): SimulationPlot[] {
  // A block of commands may have run everything already.
  if (plotNames(ngspice).length === 0) ngspice.execute("run");
  if (transcript.failed) throw transcript.failure(deck);
  // A deck may have asked for text.
  if (deck.hasControl) ngspice.execute("set filetype=binary");
  return plotNames(ngspice).flatMap((name) => {
    ngspice.execute(`setplot ${name}`);
    return SimulationPlot.readAll(ngspice.capture(`write ${RESULT}`), name);
  });
}

/** Leaves nothing behind for the next run to find. */
function forget(ngspice: Ngspice): void {
  ngspice.execute("destroy all");
  ngspice.execute("remcirc");
}

/** Analyses whose `.meas` lines were passed over: of several, ngspice measures only the one that it runs last. */
function unmeasured(deck: Deck, transcript: Transcript): Set<string> {
  const measured = transcript.measurements();
  const passedOver = deck.measures.filter(({ name }) => !measured.has(name) && transcript.failureOfMeasurement(name) === undefined);
  const several = new Set(deck.analyses).size > 1;
  return new Set(several ? passedOver.map(({ analysis }) => analysis).filter((analysis) => deck.analyses.includes(analysis)) : []);
}

function plotNames(ngspice: Ngspice): string[] {
  return ngspice.echo("$plots").split(/\s+/).filter((name) => name !== "" && name !== CONSTANTS);
}

/** ngspice runs analyses in an order of its own; a person knows that of the deck. */
function inOrder(plots: SimulationPlot[], analyses: string[]): SimulationPlot[] {
  const rank = (plot: SimulationPlot) => {
    const at = analyses.indexOf(plot.name.replace(/\d+$/, ""));
    return at < 0 ? analyses.length : at;
  };
  return [...plots].sort((one, other) => rank(one) - rank(other));
}

serve(new SpiceEngine());
