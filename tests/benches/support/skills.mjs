/** Skills by the thousand, the same every time: words that are as often as words of a language are, and a few that people ask for. */

const CATEGORIES = ["coding", "analysis", "writing", "data", "electronics", "mathematics", "visualization", "quantum"];
const TOPICS = [
  "filter", "review", "regression", "spectrum", "amplifier", "parser", "database", "report", "histogram", "controller", "renderer", "scheduler",
  "encryption", "translation", "summary", "testing", "deployment", "migration", "optimizer", "simulation", "circuit", "matrix", "tensor", "graph",
];
const SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu"];
const WORDS = 8_000;
const BODY_WORDS = 120;

/** Numbers from 0 to 1 that look like chance (mulberry32). */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

const vocabulary = Array.from({ length: WORDS }, (_, index) => {
  const parts = [index % 20, Math.floor(index / 20) % 20, Math.floor(index / 400) % 20];
  return parts.map((part) => SYLLABLES[part]).join("");
});

/** The parts of one skill. */
export function skill(index) {
  const next = chance(index + 1);
  const pick = (list) => list[Math.floor(next() * list.length)];
  // As in texts: the word of rank r is about 1/r as often as the first.
  const word = () => vocabulary[Math.floor(WORDS ** next()) - 1];
  const words = (count) => Array.from({ length: count }, word).join(" ");
  const [topic, other] = [pick(TOPICS), pick(TOPICS)];
  const body = Array.from({ length: 4 }, () => `${words(BODY_WORDS / 4)} ${pick(TOPICS)}.`).join("\n\n");
  return {
    id: `skill-${index}`,
    name: `${topic} ${words(2)}`,
    category: pick(CATEGORIES),
    keywords: [topic, other, word()],
    description: `How to ${word()} a ${other} with ${words(6)}`,
    body: `# Skill: ${topic}\n\n## When to Use\n\n${body}\n`,
  };
}

/** The same as a file of a volume. */
export function skillFile(index) {
  const { id, name, category, keywords, description, body } = skill(index);
  const head = `skill_id: ${id}\nname: ${name}\ncategory: ${category}\ndescription: ${description}\nkeywords: [${keywords.join(", ")}]`;
  return { path: `skills/${id}.md`, content: `---\n${head}\n---\n\n${body}` };
}

/** What people look for, and what they look for while they still type. */
export const QUERIES = [
  "filter", "low pass filter circuit", "review", "code review", "regr", "regression of data", "spectrum analysis", "histogram report", "matrix", "tens",
  "simulate an amplifier circuit", "database migration", "write a summary", "encryption", "graph optimizer scheduling", "quantum circuit simulation",
  "test", "deployment of a renderer", "transl", "mathematics",
];
