/** What the volume worker's WebAssembly imports: rows of volumes, ways to their remotes and to models, signatures. */

export { askPage, cancelAsks, emitChat, emitChatDelta, isTabOpen, sleepMs, tabName } from "./volumes/chat-page";
export { breathe, tellEvolution } from "./volumes/evolution";
export { signCommit } from "./volume-signing";
export { openModelStream, pageFacts, reachModel, readModelStream, sendModelRequest, stopModelStream } from "./volumes/models/request";
export { fetchRemote, pushRemote } from "./volumes/remotes";
export { listRows, listVolumes, lockVolume, openRows, readAllRows, readRows, removeVolume, writeRows } from "./volumes/rows";
