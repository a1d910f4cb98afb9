/** Why a model's server gave no answer, as Rust tells it apart (src/browser/models.rs); what it means for people is said there. */

export type ModelFailureKind = "no_answer" | "no_key" | "locked" | "stopped" | "timed_out" | "cut_off" | "unreadable";

export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
  readonly kind: ModelFailureKind;

  constructor(kind: ModelFailureKind, message: string = kind) {
    super(message);
    this.kind = kind;
  }
}
