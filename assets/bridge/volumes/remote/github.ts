/**
 * GitHub's REST interface to its git database: no proxy needed, since it lets web pages read its answers. Objects go one by one, so it
 * is for volumes of a usual size; every object that comes or goes is the same to the byte, or the sync is refused.
 */

import { fetchObjects } from "./github-fetch";
import { pushObjects } from "./github-push";
import { Repository } from "./github-repository";
import { cancelled, untilCancelled } from "./session";
import type { Transport } from "./transport";

export const github: Transport = {
  async refs(remote, options) {
    const repository = await Repository.open(remote, options);
    return (await repository.refs()).known;
  },

  fetch: (remote, wants, haves, options) => untilCancelled(options, () => fetchObjects(remote, wants, haves, options)),

  push: (remote, updates, pack, options) => pushObjects(remote, updates, pack, options).catch((error: unknown) => {
    throw options.signal?.aborted ? cancelled() : error;
  }),
};
