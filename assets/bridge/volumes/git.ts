/** isomorphic-git with what it needs, as the one chunk that is loaded when it is first used: `await import("./git")`. */

import "./buffer-global";

export { clone, fetch, findMergeBase, getRemoteInfo, indexPack, init, listBranches, listFiles, log, readBlob, readCommit, readObject, readTree, resolveRef, walk, TREE } from "isomorphic-git";
