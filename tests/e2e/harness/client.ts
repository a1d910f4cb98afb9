/// <reference path="../../../assets/bridge/runtime.d.ts" />
/** Types of the bare page's client (page.js), for the tests that call it inside the page. */

import type { Host, HostOptions } from "../../../assets/bridge/host";
import type { Code, FromHost, Job, JobError, JobReport, PortType, Runtime } from "../../../assets/bridge/protocol";

/** What one job came to. */
export interface Outcome {
  report: JobReport | undefined;
  outputs: Record<string, unknown> | undefined;
  logs: { stream: string; text: string }[];
  lost: JobError | undefined;
}

export interface Harness {
  host: Host;
  /** Everything the host has said, with the time. */
  messages: (FromHost & { at: number })[];
  code(language: string, text: string, outputs?: Record<string, PortType>, more?: Partial<Code>): Code;
  makeJob(code: Code, values: Job["values"], links?: Job["links"]): Job;
  dispatch(runtime: Runtime, index: number, codes: Code[], jobs: Job[]): Promise<{ reports: (JobReport | undefined)[]; logs: Outcome["logs"]; lost: JobError | undefined }>;
  run(runtime: Runtime, text: string, inputs?: Record<string, unknown>, outputs?: Record<string, PortType>, more?: Partial<Code>, index?: number): Promise<Outcome>;
  terminate(runtime: Runtime, index?: number): void;
}

declare global {
  var harness: Harness;
  var hostOptions: Partial<HostOptions> | undefined;
}
