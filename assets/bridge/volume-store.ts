/** What the volume worker's WebAssembly imports: rows of volumes, and nothing else. */

export { listRows, listVolumes, openRows, readAllRows, readRows, removeVolume, writeRows } from "./volumes/rows";
