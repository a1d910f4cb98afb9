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
  unlink(path: string): void;
  analyzePath(path: string): { exists: boolean; object: { contents: Uint8Array; usedBytes: number } | null };
}

type Imports = Record<string, Record<string, (...parameters: number[]) => unknown>>;

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

  /** What ngspice answers to `echo`. */
  echo(text: string): string {
    const hear = this.listener;
    const heard: string[] = [];
    this.listener = (_stream, line) => void heard.push(line);
    try {
      this.execute(`echo ${text}`);
    } finally {
      this.listener = hear;
    }
    return heard.join(" ").trim();
  }

  writeFile(path: string, data: string | Uint8Array): void {
    this.#module.FS.writeFile(path, data);
  }

  /** A file's bytes where they lie, without a copy: good until the file is removed or written to. */
  fileBytes(path: string): Uint8Array | undefined {
    const { exists, object } = this.#module.FS.analyzePath(path);
    return exists && object !== null ? object.contents.subarray(0, object.usedBytes) : undefined;
  }

  removeFile(path: string): void {
    if (this.#module.FS.analyzePath(path).exists) this.#module.FS.unlink(path);
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
        let memory: WebAssembly.Memory | undefined;
        this.#tapImports(imports, () => new DataView(memory!.buffer));
        WebAssembly.instantiate(module, imports as unknown as WebAssembly.Imports).then((instance) => {
          memory = instance.exports.memory as WebAssembly.Memory;
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
      this.#ended ??= `ngspice broke: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (this.#wakeUp === undefined) this.#ended ??= "ngspice ended.";
    if (this.#ended !== undefined) throw new EngineEnded(this.#ended);
  }

  #tapImports(imports: Imports, memory: () => DataView): void {
    const { env } = imports;
    if (env === undefined) throw new Error("The engine imports nothing by the name env.");
    env.__asyncjs__eesim_sleep_hack = () =>
      this.#module.Asyncify.handleSleep((wakeUp) => {
        // A comment as a command leaves it asking again at once.
        this.#wakeUp = () => wakeUp(0);
      });
    for (const name of ["exit", "proc_exit"]) {
      const leave = env[name];
      env[name] = (status) => {
        this.#ended ??= `ngspice ended itself (exit ${status}).`;
        return leave?.(status ?? 0);
      };
    }
    env.environ_sizes_get = (count = 0, size = 0) => {
      memory().setUint32(count, 1, true);
      memory().setUint32(size, ENVIRONMENT.length, true);
      return 0;
    };
    env.environ_get = (pointers = 0, buffer = 0) => {
      memory().setUint32(pointers, buffer, true);
      [...ENVIRONMENT].forEach((letter, index) => memory().setUint8(buffer + index, letter.charCodeAt(0)));
      return 0;
    };
    const read = env.fd_read;
    env.fd_read = (...parameters) => {
      if (this.#questions > QUESTION_LIMIT) throw new EngineEnded("ngspice asked a question that nobody can answer.");
      return read?.(...parameters);
    };
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
