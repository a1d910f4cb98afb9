/** isomorphic-git's part that takes packs apart, as the one chunk that is loaded when it is first used: `await import("./git")`. */

import "./buffer-global";

export { indexPack, readObject } from "isomorphic-git";
