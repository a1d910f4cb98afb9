/** isomorphic-git as an independent reader and writer of volumes, for tests to compare ours with. */

import "../../../assets/bridge/volumes/buffer-global";

export { addRemote, fetch, init, listBranches, listFiles, log, readBlob, resolveRef } from "../../../assets/node_modules/isomorphic-git/index.js";
