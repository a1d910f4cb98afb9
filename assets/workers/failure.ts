/** Why a job failed, in the form that reaches the person. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
  readonly code: string;
  readonly detail: string | undefined;
  readonly line: number | undefined;

  /** `code` is a stable name of the contract such as `code_error`; `message` is a sentence; `line` counts the skill's code from 1. */
  constructor(code: string, message: string, detail?: string, line?: number) {
    super(message);
    this.code = code;
    this.detail = detail;
    this.line = line;
  }
}
