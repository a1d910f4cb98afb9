// Takes the readiness to sleep out of WebAssembly that sleeps in one place only.
//
// Emscripten's Asyncify lets a program stop in the middle of a call: every function gets code that, depending on one global, skips
// ahead (waking up), runs, or leaves early (falling asleep). ngspice sleeps at its prompt and nowhere else, yet the code of its
// simulation carries all this too, and asks after every call. Here every function that is never on the stack at the prompt is told
// that the program is awake: its reads of that global become the constant 0, which are as many bytes, and an optimiser removes the rest.

/**
 * @param {Uint8Array} wasm
 * @param {Set<number>} sleepers indices of the functions that are on the stack when the program sleeps
 * @returns {{ wasm: Uint8Array, settled: number }} the changed module, and how many reads were settled
 */
export function settleAsyncify(wasm, sleepers) {
  const settled = Uint8Array.from(wasm);
  const reader = new Reader(settled);
  const sections = sectionsOf(reader);
  const state = stateGlobal(reader, sections);
  const kept = new Set([...sleepers, ...asyncifyFunctions(reader, sections)]);
  const code = sections.get(CODE_SECTION);
  let index = importedFunctions(reader, sections);
  let count = 0;
  reader.at = code.start;
  for (let left = reader.unsigned(); left > 0; left -= 1, index += 1) {
    const end = reader.unsigned() + reader.at;
    reader.skipLocals();
    while (reader.at < end) {
      const at = reader.at;
      const instruction = reader.instruction();
      if (instruction.opcode !== GLOBAL_GET || instruction.index !== state || kept.has(index)) continue;
      if (reader.at - at !== 2) throw new Error("A read of the sleeping state is not two bytes long.");
      settled[at] = I32_CONST;
      settled[at + 1] = 0;
      count += 1;
    }
  }
  if (count === 0) throw new Error("The WebAssembly holds nothing of Asyncify.");
  return { wasm: settled, settled: count };
}

const IMPORT_SECTION = 2;
const EXPORT_SECTION = 7;
const CODE_SECTION = 10;
const KIND_FUNCTION = 0;
const KIND_TABLE = 1;
const KIND_GLOBAL = 3;
const GLOBAL_GET = 0x23;
const GLOBAL_SET = 0x24;
const I32_CONST = 0x41;

function sectionsOf(reader) {
  const sections = new Map();
  reader.at = 8;
  while (reader.at < reader.bytes.length) {
    const id = reader.bytes[reader.at++];
    const end = reader.unsigned() + reader.at;
    sections.set(id, { start: reader.at, end });
    reader.at = end;
  }
  return sections;
}

function importedFunctions(reader, sections) {
  reader.at = sections.get(IMPORT_SECTION).start;
  let functions = 0;
  for (let left = reader.unsigned(); left > 0; left -= 1) {
    reader.skipName();
    reader.skipName();
    const kind = reader.bytes[reader.at++];
    if (kind === KIND_FUNCTION) functions += 1;
    if (kind === KIND_TABLE) reader.at += 1;
    if (kind === KIND_GLOBAL) reader.at += 2;
    else if (kind === KIND_FUNCTION) reader.unsigned();
    else reader.skipLimits();
  }
  return functions;
}

function asyncifyFunctions(reader, sections) {
  return exportsOf(reader, sections).filter(({ name }) => name.startsWith("asyncify_")).map(({ index }) => index);
}

/** The global that `asyncify_start_unwind` sets first: 0 awake, 1 falling asleep, 2 waking up. */
function stateGlobal(reader, sections) {
  const start = exportsOf(reader, sections).find(({ name }) => name === "asyncify_start_unwind");
  if (start === undefined) throw new Error("The WebAssembly was not made with Asyncify.");
  let index = importedFunctions(reader, sections);
  reader.at = sections.get(CODE_SECTION).start;
  for (let left = reader.unsigned(); left > 0; left -= 1, index += 1) {
    const end = reader.unsigned() + reader.at;
    if (index === start.index) {
      reader.skipLocals();
      while (reader.at < end) {
        const instruction = reader.instruction();
        if (instruction.opcode === GLOBAL_SET) return instruction.index;
      }
    }
    reader.at = end;
  }
  throw new Error("asyncify_start_unwind sets no global.");
}

function exportsOf(reader, sections) {
  reader.at = sections.get(EXPORT_SECTION).start;
  const found = [];
  for (let left = reader.unsigned(); left > 0; left -= 1) {
    const name = reader.name();
    const kind = reader.bytes[reader.at++];
    const index = reader.unsigned();
    if (kind === KIND_FUNCTION) found.push({ name, index });
  }
  return found;
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** A number in LEB128. */
  unsigned() {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  skipNumber() {
    while (this.bytes[this.at++] >= 128);
  }

  name() {
    const length = this.unsigned();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }

  skipName() {
    const length = this.unsigned();
    this.at += length;
  }

  skipLocals() {
    for (let left = this.unsigned(); left > 0; left -= 1) {
      this.skipNumber();
      this.at += 1;
    }
  }

  skipLimits() {
    const flags = this.bytes[this.at++];
    this.skipNumbers(flags & 1 ? 2 : 1);
  }

  /** Reads one instruction: its opcode, and for globals which. */
  instruction() {
    const opcode = this.bytes[this.at++];
    if (opcode === GLOBAL_GET || opcode === GLOBAL_SET) return { opcode, index: this.unsigned() };
    // Blocks with a type; branches, calls, locals, tables; constants; loads and stores; memory.
    if (opcode >= 0x02 && opcode <= 0x04) this.skipNumber();
    else if (opcode === 0x0c || opcode === 0x0d || opcode === 0x10 || opcode === 0x12 || (opcode >= 0x20 && opcode <= 0x26) || opcode === 0xd2) this.skipNumber();
    else if (opcode === 0x0e) for (let left = this.unsigned() + 1; left > 0; left -= 1) this.skipNumber();
    else if (opcode === 0x11 || opcode === 0x13 || (opcode >= 0x28 && opcode <= 0x3e)) this.skipNumbers(2);
    else if (opcode === 0x3f || opcode === 0x40 || opcode === 0x41 || opcode === 0x42 || opcode === 0xd0) this.skipNumber();
    else if (opcode === 0x43) this.at += 4;
    else if (opcode === 0x44) this.at += 8;
    else if (opcode === 0x1c) for (let left = this.unsigned(); left > 0; left -= 1) this.at += 1;
    else if (opcode === 0xfc) this.extended();
    else if (!isPlain(opcode)) throw new Error(`The WebAssembly holds an instruction that is not known here (0x${opcode.toString(16)}).`);
    return { opcode, index: -1 };
  }

  /** Saturating conversions and bulk memory. */
  extended() {
    const operation = this.unsigned();
    if (operation <= 7) return;
    if (operation === 9 || operation === 11 || operation === 13 || (operation >= 15 && operation <= 17)) this.skipNumber();
    else if (operation === 8 || operation === 10 || operation === 12 || operation === 14) this.skipNumbers(2);
    else throw new Error(`The WebAssembly holds an instruction that is not known here (0xfc ${operation}).`);
  }

  skipNumbers(count) {
    for (let left = count; left > 0; left -= 1) this.skipNumber();
  }
}

/** Instructions of one byte: control, parameters, comparisons, arithmetic, conversions. */
function isPlain(opcode) {
  return opcode <= 0x01 || opcode === 0x05 || opcode === 0x0b || opcode === 0x0f || opcode === 0x1a || opcode === 0x1b || (opcode >= 0x45 && opcode <= 0xc4) || opcode === 0xd1;
}
