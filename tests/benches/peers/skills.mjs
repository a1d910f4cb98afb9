/** The same search the usual way: MiniSearch over the same fields, with the weights that ours have, and the beginnings of words. */

import MiniSearch from "minisearch";
import { QUERIES, skill } from "../support/skills.mjs";

let index;

window.peer = {
  /** Milliseconds to index so many skills. */
  build(count) {
    const skills = Array.from({ length: count }, (_, number) => skill(number));
    const start = performance.now();
    index = new MiniSearch({
      fields: ["name", "keywords", "category", "description", "body"],
      extractField: (document, field) => (field === "keywords" ? document.keywords.join(" ") : document[field]),
      searchOptions: { prefix: true, boost: { name: 4, keywords: 3, description: 2 } },
    });
    index.addAll(skills);
    return performance.now() - start;
  },
  /** Milliseconds of each query. */
  query: () =>
    QUERIES.map((query) => {
      const start = performance.now();
      index.search(query).slice(0, 20);
      return performance.now() - start;
    }),
};
