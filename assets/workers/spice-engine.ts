/**
 * Drives ngspice: the WebAssembly of the npm package eecircuit-engine, taken apart at build time (`build/split-ngspice.mjs`).
 *
 * ngspice runs as a program that reads commands. Before each command it asks to sleep; there its stack is put aside (Asyncify), so a
 * command is "let it go on until it asks again", and it always ends: at the next question, at `exit`, or at a trap. What it never
 * does is leave a caller waiting, or let one simulation's files be taken for another's.
 */

/** The part of Emscripten's module that is used here. */
interface NgspiceModule {
  FS: FileSystem;
  Asyncify: { handleSleep(start: (wakeUp: (value: number) => void) => void): number };
  callMain(argv: string[]): void;
}

interface FileSystem {
  writeFile(path: string, data: string | Uint8Array): void;
}

type Imports = Record<string, Record<string, (...parameters: never[]) => unknown>>;

type Seek = (file: number, offset: bigint, from: number, result: number) => number;

interface ModuleOptions {
  noInitialRun: boolean;
  print(line: string): void;
  printErr(line: string): void;
  getInput(): string;
  instantiateWasm(imports: Imports, receive: (instance: WebAssembly.Instance) => void): Record<string, never>;
}

/** The factory that the glue exports. */
export type CreateNgspice = (options: ModuleOptions) => Promise<unknown>;

export type Listener = (stream: "stdout" | "stderr", line: string) => void;

/** ngspice ended itself, or broke; this instance is of no more use. */
export class EngineEnded extends Error {
  override readonly name = "EngineEnded";
}

/** What ngspice reads from its environment: the digits of measurements, as many as it will print (those of `when` and `find`). */
const ENVIRONMENT = "NGSPICE_MEAS_PRECISION=15\0";

/** Tells an answer from other output. */
const ECHO_MARK = "llmos-echo";

const FIRST_CAPTURE_BYTES = 1 << 20;
const CAPTURE_LIMIT_BYTES = 256 * 2 ** 20;
const STANDARD_ERROR = 2;
const SEEK_FROM_HERE = 1;
const SEEK_FROM_END = 2;
/** The clock is read anew every so many questions. */
const CLOCK_MASK = 63;

/** It asks before it goes on with broken parameters; nobody is there to answer, so the answer is no, but not for ever. */
const QUESTION_LIMIT = 8;

export class Ngspice {
  /** Hears every line that ngspice says. */
  listener: Listener = () => undefined;
  #module!: NgspiceModule;
  #command: string | undefined;
  #wakeUp: (() => void) | undefined;
  #questions = 0;
  #ended: string | undefined;
  #capture = new Uint8Array(FIRST_CAPTURE_BYTES);
  #captured = 0;
  /** Where the next byte goes: numbers of points are filled in at the end. */
  #position = 0;
  #capturing = false;

  private constructor() {}

  /** A fresh ngspice, at its first question. */
  static async open(create: CreateNgspice, module: WebAssembly.Module): Promise<Ngspice> {
    const engine = new Ngspice();
    await engine.#start(create, module);
    return engine;
  }

  /** Whether it can take commands. */
  get alive(): boolean {
    return this.#ended === undefined;
  }

  /** Runs one command to its end. Throws `EngineEnded` where that was ngspice's end too. */
  execute(command: string): void {
    if (this.#ended !== undefined) throw new EngineEnded(this.#ended);
    this.#command = command;
    this.#questions = 0;
    const wakeUp = this.#wakeUp;
    this.#wakeUp = undefined;
    this.#goOn(() => wakeUp?.());
  }

  /** What ngspice answers to `echo`; what it had still to say before that goes where it belongs. */
  echo(text: string): string {
    const hear = this.listener;
    let answer = "";
    this.listener = (stream, line) => {
      const at = line.indexOf(ECHO_MARK);
      if (stream === "stdout" && at >= 0) answer = line.slice(at + ECHO_MARK.length).trim();
      else hear(stream, line);
    };
    try {
      this.execute(`echo ${ECHO_MARK} ${text}`);
    } finally {
      this.listener = hear;
    }
    return answer;
  }

  writeFile(path: string, data: string | Uint8Array): void {
    this.#module.FS.writeFile(path, data);
  }

  /**
   * Runs a command that writes one file, and gives what it wrote: good until the next capture. The bytes do not pass through the file
   * system, which would take a copy, and time, for every kilobyte.
   */
  capture(command: string): Uint8Array {
    this.#captured = 0;
    this.#position = 0;
    this.#capturing = true;
    try {
      this.execute(command);
    } finally {
      this.#capturing = false;
    }
    return this.#capture.subarray(0, this.#captured);
  }

  async #start(create: CreateNgspice, module: WebAssembly.Module): Promise<void> {
    let failed: (error: unknown) => void = () => undefined;
    const failure = new Promise<never>((_resolve, reject) => (failed = reject));
    const options: ModuleOptions = {
      noInitialRun: true,
      print: (line) => this.#hear("stdout", line),
      printErr: (line) => this.#hear("stderr", line),
      getInput: () => this.#answer(),
      instantiateWasm: (imports, receive) => {
        let memory: Memory | undefined;
        this.#tapImports(imports, () => memory!);
        WebAssembly.instantiate(module, imports as unknown as WebAssembly.Imports).then((instance) => {
          memory = new Memory(instance.exports);
          receive(instance);
        }, failed);
        return {};
      },
    };
    this.#module = (await Promise.race([create(options), failure])) as NgspiceModule;
    // Its start file, missing which it complains, and the memory that it believes to have.
    this.writeFile("/spinit", "* ngspice\n");
    this.writeFile("/proc/meminfo", "MemTotal: 2097152 kB\nMemFree: 2097152 kB\nMemAvailable: 2097152 kB\n");
    this.#goOn(() => this.#module.callMain([]));
  }

  /** Lets ngspice run until it asks for a command. */
  #goOn(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#ended ??= error instanceof EngineEnded ? error.message : `ngspice broke: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (this.#wakeUp === undefined) this.#ended ??= "ngspice ended.";
    if (this.#ended !== undefined) throw new EngineEnded(this.#ended);
  }

  /** Puts itself between ngspice and the calls of its environment that matter here. */
  #tapImports(imports: Imports, memory: () => Memory): void {
    const env = imports.env as Record<string, (...parameters: number[]) => unknown> | undefined;
    if (env === undefined) throw new Error("The engine imports nothing by the name env.");
    // It also asks before each line of a .control block. Only the first question, and those that stand as deep as it, are the prompt:
    // the build has relieved all other functions of sleeping.
    let promptDepth: number | undefined;
    env.__asyncjs__eesim_sleep_hack = () => {
      promptDepth ??= memory().stackDepth;
      if (memory().stackDepth !== promptDepth) return 0;
      return this.#module.Asyncify.handleSleep((wakeUp) => {
        this.#wakeUp = () => wakeUp(0);
      });
    };
    for (const name of ["exit", "proc_exit"]) {
      const leave = env[name];
      env[name] = (status) => {
        this.#ended ??= `ngspice ended itself (exit ${status}).`;
        return leave?.(status ?? 0);
      };
    }
    env.environ_sizes_get = (count = 0, size = 0) => {
      memory().words[count >> 2] = 1;
      memory().words[size >> 2] = ENVIRONMENT.length;
      return 0;
    };
    env.environ_get = (pointers = 0, buffer = 0) => {
      memory().words[pointers >> 2] = buffer;
      memory().bytes.set(new TextEncoder().encode(ENVIRONMENT), buffer);
      return 0;
    };
    const read = env.fd_read;
    env.fd_read = (...parameters) => {
      if (this.#questions > QUESTION_LIMIT) throw new EngineEnded("ngspice asked a question that nobody can answer.");
      return read?.(...parameters);
    };
    const write = env.fd_write;
    env.fd_write = (file = 0, pieces = 0, count = 0, written = 0) => {
      if (!this.#capturing || file <= STANDARD_ERROR) return write?.(file, pieces, count, written);
      memory().words[written >> 2] = this.#keep(memory(), pieces >> 2, count);
      return 0;
    };
    const seek = env.fd_seek as unknown as Seek | undefined;
    const tappedSeek: Seek = (file, offset, from, result) => {
      if (!this.#capturing || file <= STANDARD_ERROR) return seek?.(file, offset, from, result) ?? 0;
      this.#position = Number(offset) + (from === SEEK_FROM_HERE ? this.#position : from === SEEK_FROM_END ? this.#captured : 0);
      memory().words[result >> 2] = this.#position;
      memory().words[(result >> 2) + 1] = 0;
      return 0;
    };
    env.fd_seek = tappedSeek as unknown as (...parameters: number[]) => unknown;
    // ngspice asks for the time several times for each point, for statistics that nobody reads: the hand need not move each time.
    let asked = 0;
    let nanoseconds = 0;
    env.clock_time_get = (_clock, _precision, result = 0) => {
      if ((asked++ & CLOCK_MASK) === 0) nanoseconds = Math.round(performance.now() * 1e6);
      const { words } = memory();
      words[result >> 2] = nanoseconds % 2 ** 32;
      words[(result >> 2) + 1] = nanoseconds / 2 ** 32;
      return 0;
    };
  }

  /** Puts the pieces of one write into the capture; says how many bytes they are. */
  #keep({ bytes, words }: Memory, pieces: number, count: number): number {
    const before = this.#position;
    for (let piece = pieces; piece < pieces + count * 2; piece += 2) {
      const from = words[piece]!;
      const end = this.#position + words[piece + 1]!;
      if (end > CAPTURE_LIMIT_BYTES) {
        throw new EngineEnded(`The simulation gives more than ${CAPTURE_LIMIT_BYTES / 2 ** 20} MB of numbers. Ask for fewer points, or .save only what is needed.`);
      }
      if (end > this.#capture.length) {
        const larger = new Uint8Array(Math.max(end, this.#capture.length * 2));
        larger.set(this.#capture.subarray(0, this.#captured));
        this.#capture = larger;
      }
      this.#capture.set(bytes.subarray(from, from + words[piece + 1]!), this.#position);
      this.#position = end;
      this.#captured = Math.max(this.#captured, end);
    }
    return this.#position - before;
  }

  #answer(): string {
    const command = this.#command;
    this.#command = undefined;
    if (command !== undefined) return command;
    this.#questions += 1;
    return "n";
  }

  #hear(stream: "stdout" | "stderr", line: string): void {
    this.listener(stream, line.replace(/^(?:ngspice \d+ -> )+/, ""));
  }
}

/** The engine's memory, seen anew whenever it has grown. */
class Memory {
  readonly #memory: WebAssembly.Memory;
  readonly #stackPointer: () => number;
  #bytes: Uint8Array;
  #words: Uint32Array;

  constructor(exports: WebAssembly.Exports) {
    this.#memory = exports.memory as WebAssembly.Memory;
    this.#stackPointer = exports.emscripten_stack_get_current as () => number;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#words = new Uint32Array(this.#memory.buffer);
  }

  /** Where the program's own stack stands: the same in the same place of the program, lower in what that calls. */
  get stackDepth(): number {
    return this.#stackPointer();
  }

  get bytes(): Uint8Array {
    this.#renew();
    return this.#bytes;
  }

  get words(): Uint32Array {
    this.#renew();
    return this.#words;
  }

  #renew(): void {
    if (this.#bytes.buffer === this.#memory.buffer) return;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#words = new Uint32Array(this.#memory.buffer);
  }
}
