/** What the page and its worker for bytes say to each other: calls by number, each answered once, with progress on the way. */

/** A file and how it is known. */
export interface FileAddress {
  sha256: string;
  url: string;
  /** Its name in an error. */
  label: string;
}

/** The calls that the worker answers. Frames are known by a number, from the call that connects them. */
export interface ByteCalls {
  open(baseUrl: string): void;
  verified(file: FileAddress): ArrayBuffer;
  kept(key: string): ArrayBuffer | undefined;
  keep(key: string, bytes: ArrayBuffer): void;
  has(key: string): boolean;
  drop(key: string): void;
  /** The way to a sandbox frame, for the files that it is given. */
  connect(frame: number, port: MessagePort): void;
  disconnect(frame: number): void;
  provideFile(frame: number, name: string, file: FileAddress, compile: boolean): void;
  /** What is kept under the key, or an empty file. */
  provideKept(frame: number, name: string, key: string): void;
  /** Waits on the port for bytes that a worker wants kept, gives them to its frame, and keeps them in place of others under this prefix. */
  keepFrom(port: MessagePort, frame: number, name: string, prefix: string, key: string): void;
}

export type ToBytes = { [Name in keyof ByteCalls]: { id: number; call: Name; parameters: Parameters<ByteCalls[Name]> } }[keyof ByteCalls];

export type FromBytes =
  | { kind: "progress"; id: number; loadedBytes: number }
  | { kind: "done"; id: number; value: unknown }
  | { kind: "failed"; id: number; name: string; message: string };
