// Generated from src/kernel/worker/protocol.rs by its test. Do not edit: UPDATE_EXPECT=1 cargo test rewrites it.

export declare const PROTOCOL_VERSION: 4;

export type Runtime = "python" | "javascript" | "three" | "spice";

export type Language = "python" | "javascript" | "spice";

export type PortType = "number" | "integer" | "string" | "boolean" | "array" | "object" | "image" | "table" | "plot" | "scene" | "circuit" | "html" | "markdown" | "any";

export type Port = { 
/**
 * Unique among the inputs, or among the outputs, of its skill.
 */
name: string, 
/**
 * What it carries.
 */
type: PortType, 
/**
 * One line for a person.
 */
description: string, 
/**
 * The value of an input that nothing is wired to.
 */
default?: unknown, 
/**
 * Whether a run needs this input; an input without a default is required unless it says otherwise.
 */
required?: boolean | null, 
/**
 * The simulator's vector or measurement that fills this output, such as `v(out)`.
 */
from?: string | null, 
/**
 * The unit shown beside the value, such as `Hz`.
 */
unit?: string | null, };

export type LogStream = "stdout" | "stderr";

export type JobError = { 
/**
 * A stable name for programs, such as `timeout` or `code_error`.
 */
code: string, 
/**
 * A sentence for a person.
 */
message: string, 
/**
 * More, such as a traceback cut to the person's own lines, or what to do next.
 */
detail?: string | null, 
/**
 * The line of the skill's code, from 1, where it is known.
 */
line?: number | null, };

export type OutputSummary = { 
/**
 * The output's name.
 */
name: string, 
/**
 * The size of the value in memory, as near as can be told.
 */
bytes: number, 
/**
 * The value in a few words, such as `1.592 kHz`, `[1024 numbers]` or `table 12 × 3`.
 */
text: string, };

export type Slot = { 
/**
 * Which family.
 */
runtime: Runtime, 
/**
 * Which of its workers.
 */
index: number, };

export type Code = { 
/**
 * The hash of all that stands here.
 */
codeId: string, 
/**
 * The skill it is from, for messages.
 */
skillId: string, 
/**
 * The language it is written in.
 */
language: Language, 
/**
 * The text.
 */
text: string, 
/**
 * The inputs it takes.
 */
inputs: Array<Port>, 
/**
 * The outputs it promises.
 */
outputs: Array<Port>, 
/**
 * Python packages it needs beside those it imports.
 */
packages: Array<string>, 
/**
 * Top-level modules it imports (Python).
 */
imports: Array<string>, };

export type Job = { 
/**
 * Unique in the page's life, over all runs.
 */
job: number, 
/**
 * The hash of code, inputs and runtime: the name under which outputs are kept.
 */
step: string, 
/**
 * The code to run.
 */
codeId: string, 
/**
 * The values given by hand or by default, by input; to a worker also those from before its batch.
 */
values: Record<string, unknown>, 
/**
 * Inputs that are outputs of steps that ran before, or that stand earlier in the same batch; to a worker only the latter.
 */
links: Array<[string, string, string]>, };

export type ToHost = { "kind": "dispatch", 
/**
 * The worker.
 */
slot: Slot, 
/**
 * Code that these jobs need and that this call brings along; the host remembers it by id.
 */
codes: Array<Code>, 
/**
 * The jobs, in order.
 */
jobs: Array<Job>, } | { "kind": "terminate", 
/**
 * The worker.
 */
slot: Slot, };

export type JobReport = { 
/**
 * Which.
 */
job: number, 
/**
 * How long its code ran.
 */
durationMs: number, 
/**
 * Its outputs, where it completed.
 */
outputs: Array<OutputSummary>, 
/**
 * Why it did not complete, otherwise.
 */
error: JobError | null, };

export type FromHost = { "kind": "loading", 
/**
 * The worker.
 */
slot: Slot, 
/**
 * The step in words.
 */
stage: string, 
/**
 * Bytes that are here, where bytes are what it waits for.
 */
loaded: number | null, 
/**
 * Bytes that will be.
 */
total: number | null, } | { "kind": "ready", 
/**
 * The worker.
 */
slot: Slot, } | { "kind": "lost", 
/**
 * The worker.
 */
slot: Slot, 
/**
 * Why.
 */
error: JobError, } | { "kind": "log", 
/**
 * Which job.
 */
job: number, 
/**
 * Where it said it.
 */
stream: LogStream, 
/**
 * What.
 */
text: string, } | { "kind": "reported", 
/**
 * The worker.
 */
slot: Slot, 
/**
 * The jobs.
 */
reports: Array<JobReport>, };

export type ToWorker = { "kind": "file", 
/**
 * Such as the name of an engine, a standard library, a snapshot.
 */
name: string, 
/**
 * Its bytes, or what they were compiled to.
 */
file: ArrayBuffer | WebAssembly.Module, } | { "kind": "start", 
/**
 * The version that the page speaks.
 */
version: number, 
/**
 * What the family wants to know besides.
 */
options: unknown, } | { "kind": "install", 
/**
 * Wheels by file name.
 */
wheels: { name: string; bytes: ArrayBuffer }[], } | { "kind": "batch", 
/**
 * Code not sent to this worker before.
 */
codes: Array<Code>, 
/**
 * The jobs, their inputs resolved. Where all values are plain JSON they come as its text, which crosses sooner than objects do.
 */
jobs: Job[] | string, };

export type WorkerResult = { 
/**
 * Values by output; empty where it failed.
 */
values: Record<string, unknown>, 
/**
 * Which.
 */
job: number, 
/**
 * How long its code ran.
 */
durationMs: number, 
/**
 * Its outputs, where it completed.
 */
outputs: Array<OutputSummary>, 
/**
 * Why it did not complete, otherwise.
 */
error: JobError | null, };

export type FromWorker = { "kind": "ready", 
/**
 * The version that it speaks.
 */
version: number, } | { "kind": "failed", 
/**
 * Why.
 */
error: JobError, } | { "kind": "stage", 
/**
 * In words.
 */
stage: string, } | { "kind": "log", 
/**
 * Which job.
 */
job: number, 
/**
 * Where.
 */
stream: LogStream, 
/**
 * What.
 */
text: string, } | { "kind": "report", 
/**
 * How. Where all values are plain JSON they come as its text, as the jobs of a batch do.
 */
results: WorkerResult[] | string, } | { "kind": "keep", 
/**
 * The name they have among the files of the next start.
 */
name: string, 
/**
 * The bytes.
 */
bytes: ArrayBuffer, };
