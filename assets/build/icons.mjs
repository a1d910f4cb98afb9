/**
 * The icons of the workbench's own face, as one sprite that assets/finish.mjs puts into the page: Lucide's shapes, each a
 * <symbol> `icon-<name>`. In the page it is one part of one answer; a file of its own would be asked for by each icon that is drawn early.
 * Rust names them in src/ui/parts/icon.rs; an icon that is missing here fails the build.
 */
import { icons } from "lucide";

/** Lucide's names, as its site lists them. */
export const ICON_NAMES = [
  "activity", "arrow-left", "ban", "book-open", "box", "braces", "check", "chevron-down", "chevron-right", "chevron-up",
  "circle", "circle-alert", "circle-check", "circle-dashed", "circle-slash", "circle-x", "code-xml", "copy", "copy-plus",
  "cpu", "crosshair", "download", "ellipsis", "file-text", "image", "keyboard", "message-square", "layout-list", "library", "lightbulb", "list-tree", "maximize",
  "maximize-2", "minus", "monitor", "moon", "network", "panel-bottom", "panel-left", "panel-right", "play", "plus",
  "redo-2", "rotate-ccw", "scan", "search", "settings", "square", "sun", "table-2", "terminal", "timer", "trash-2",
  "triangle-alert", "undo-2", "unplug", "workflow", "wand-sparkles", "x", "zap", "chart-line", "circuit-board", "step-forward",
  "database",
];

const attributes = (entries) => Object.entries(entries).map(([name, value]) => ` ${name}="${value}"`).join("");
const pascal = (name) => name.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter) => letter.toUpperCase());

/** What only the desk draws: a sprite of its own, brought with it. */
export const DESK_ICON_NAMES = [
  "arrow-down", "arrow-right", "arrow-up", "archive", "cloud", "cloud-off", "file", "file-code", "file-plus", "folder", "folder-open", "folder-plus", "git-branch",
  "git-commit-horizontal", "git-merge", "git-pull-request", "git-compare", "hard-drive", "history", "key-round", "link", "lock", "lock-open", "signature", "pencil", "pin", "chevron-left", "thumbs-down", "thumbs-up",
  "refresh-cw", "save", "shield", "tag", "user", "user-plus", "users", "upload",
];

/** The text of a sprite with these icons. */
export function iconSprite(names = ICON_NAMES) {
  const symbols = names.map((name) => {
    const shapes = icons[pascal(name)];
    if (shapes === undefined) throw new Error(`icons: Lucide has no icon named ${name}`);
    const body = shapes.map(([tag, entries]) => `<${tag}${attributes(entries)}/>`).join("");
    return `<symbol id="icon-${name}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" display="none">${symbols.join("")}</svg>\n`;
}
