/** The volume worker of the bare page: nothing but the modules, where tests that run inside the worker find them. */

import * as failure from "../../../assets/bridge/volumes/failure";
import * as rows from "../../../assets/bridge/volumes/rows";

const modules = { failure, rows };

declare global {
  var volumes: typeof modules;
}

globalThis.volumes = modules;
