/** The volume worker of the bare page: nothing but the modules, where tests that run inside the worker find them. */

import * as archive from "../../../assets/bridge/volumes/archive";
import * as bytes from "../../../assets/bridge/volumes/bytes";
import * as failure from "../../../assets/bridge/volumes/failure";
import * as gitFiles from "../../../assets/bridge/volumes/git-fs";
import * as modelKeys from "../../../assets/bridge/volumes/models/keys";
import * as modelRequests from "../../../assets/bridge/volumes/models/request";
import * as transport from "../../../assets/bridge/volumes/remote/transport";
import * as rows from "../../../assets/bridge/volumes/rows";
import * as signing from "../../../assets/bridge/volumes/signing";
import * as vault from "../../../assets/bridge/volumes/vault";
import * as zip from "../../../assets/bridge/volumes/zip";

const modules = {
  archive,
  failure,
  gitFiles,
  modelKeys,
  modelRequests,
  rows,
  signing,
  transport,
  vault,
  zip,
  git: () => import("../../../assets/bridge/volumes/git"),
  isomorphic: () => import("./isomorphic"),
  base64: { encode: bytes.base64, decode: bytes.fromBase64 },
};

declare global {
  var volumes: typeof modules;
}

globalThis.volumes = modules;
