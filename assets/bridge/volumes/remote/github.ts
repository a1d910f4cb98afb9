import { RemoteFailure, type Transport } from "./transport";
const no = () => Promise.reject(new RemoteFailure("unsupported", ""));
export const github: Transport = { refs: no, fetch: no, push: no };
