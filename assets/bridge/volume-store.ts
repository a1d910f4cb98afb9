/** What the volume worker's WebAssembly imports: rows of volumes, and ways to their remotes. */

export { fetchRemote, pushRemote } from "./volumes/remotes";
export { listRows, listVolumes, openRows, readAllRows, readRows, removeVolume, writeRows } from "./volumes/rows";
