/** isomorphic-git's ES module expects a global `Buffer`; this module has to be evaluated before it. */

import { Buffer } from "buffer";

Object.assign(globalThis, { Buffer });
