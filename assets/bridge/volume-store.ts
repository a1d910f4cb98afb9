/** What the volume worker's WebAssembly imports: rows of volumes, ways to their remotes, signatures. */

export { signCommit } from "./volume-signing";
export { fetchRemote, pushRemote } from "./volumes/remotes";
export { listRows, listVolumes, lockVolume, openRows, readAllRows, readRows, removeVolume, writeRows } from "./volumes/rows";
