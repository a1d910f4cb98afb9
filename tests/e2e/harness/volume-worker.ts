/** The volume worker of the bare page: nothing but the modules, where tests that run inside the worker find them. */

import * as archive from "../../../assets/bridge/volumes/archive";
import * as failure from "../../../assets/bridge/volumes/failure";
import * as gitFiles from "../../../assets/bridge/volumes/git-fs";
import * as transport from "../../../assets/bridge/volumes/remote/transport";
import * as rows from "../../../assets/bridge/volumes/rows";
import * as zip from "../../../assets/bridge/volumes/zip";

const modules = {
  archive,
  failure,
  gitFiles,
  rows,
  transport,
  zip,
  git: () => import("../../../assets/bridge/volumes/git"),
  base64: {
    encode: (bytes: Uint8Array): string => {
      let text = "";
      for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
      return btoa(text);
    },
    decode: (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)),
  },
};

declare global {
  var volumes: typeof modules;
}

globalThis.volumes = modules;
