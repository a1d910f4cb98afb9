/**
 * A table: only the rows in view are in the document, so that a hundred thousand scroll like ten. Sorted by a click on a column's
 * head; the head stays in place. Sorting changes what is shown and copied, never the value.
 */

import { ArrowDown, ArrowUp, Copy, FileSpreadsheet } from "lucide";

import { columnFormat } from "./column";
import { cellText, tableText, type Separator } from "./csv";
import { copyText, download, fileName, html, icon, note } from "./dom";
import { inSlices, Mismatch, type Action, type Part, type PreviewOptions } from "./part";
import { sortedRows, type Direction } from "./sort";
import { isNumeric, isTable, type TableValue } from "./shape";
import { formatCount } from "./units";

const ROW_HEIGHT = 26;
/** Rows kept above and below what is seen, so that scrolling shows no bare ground. */
const MARGIN_ROWS = 12;
/** Browsers lose pixels in elements taller than this; beyond it the scroll bar covers several rows with each pixel. */
const TALLEST = 8_000_000;
const ROWS_IN_NODE = 4;
const COLUMNS_IN_NODE = 4;
/** Characters of a cell that are set; its title holds more. */
const CELL_LIMIT = 200;
const SAMPLE_ROWS = 60;

interface Column {
  name: string;
  unit: string;
  values: ArrayLike<unknown>;
  isNumeric: boolean;
  write(value: number): string;
}

export function mountTable(body: HTMLElement, value: unknown, options: PreviewOptions): Part {
  if (!isTable(value)) throw new Mismatch("A table needs “columns”, each with “name” and “values”.");
  const columns = value.columns.map(({ name, unit, values }): Column => ({ name, unit: unit ?? "", values, isNumeric: isNumeric(values), write: columnFormat(values) }));
  const rows = columns.reduce((most, column) => Math.max(most, column.values.length), 0);
  if (columns.length === 0) {
    body.append(note("This table has no columns."));
    return { dispose: () => body.replaceChildren() };
  }
  if (options.size === "node") return mountSmall(body, columns, rows);
  const view = new TableView(body, columns, rows, options.label);
  return {
    dispose: () => view.dispose(),
    actions: actionsOf(value, view, options.label),
    caption: `${formatCount(rows, "row")} × ${formatCount(columns.length, "column")}`,
  };
}

function actionsOf(table: TableValue, view: TableView, label: string): Action[] {
  const text = async (separator: Separator) => (await inSlices(tableText(table, separator, view.order))) ?? [];
  return [
    { name: "Copy for a spreadsheet (TSV)", icon: Copy, done: "Copied", run: async () => copyText((await text("\t")).join("")) },
    {
      name: "Download CSV",
      icon: FileSpreadsheet,
      done: "Downloaded",
      run: async () => download(fileName(label, "csv"), new Blob(await text(","), { type: "text/csv;charset=utf-8" })),
    },
  ];
}

/** What a cell shows: numbers so that they line up, texts on one line; the title of the cell has the whole. */
function shownText(column: Column, row: number): string {
  const value = column.values[row];
  if (typeof value === "number") return column.write(value);
  return cellText(value).slice(0, CELL_LIMIT).replace(/\s*\n\s*/g, " ⏎ ");
}

function cellFor(column: Column, row: number): HTMLTableCellElement {
  const value = column.values[row];
  const text = shownText(column, row);
  const exact = cellText(value);
  const isGap = value === null || value === undefined;
  return html(
    "td",
    { class: [isGap && "preview-cell-gap", column.isNumeric && "preview-cell-number"].filter(Boolean).join(" ") || undefined, title: exact === text ? undefined : exact.slice(0, 2_000) },
    isGap ? "–" : text,
  );
}

/** The first rows and columns, still. */
function mountSmall(body: HTMLElement, columns: Column[], rows: number): Part {
  const shown = columns.slice(0, COLUMNS_IN_NODE);
  const head = html("tr", {}, ...shown.map((column) => html("th", { class: column.isNumeric ? "preview-cell-number" : undefined }, column.name)));
  const lines = Array.from({ length: Math.min(rows, ROWS_IN_NODE) }, (_, row) => html("tr", {}, ...shown.map((column) => cellFor(column, row))));
  const parts = [rows > lines.length && formatCount(rows, "row"), columns.length > shown.length && formatCount(columns.length, "column")];
  const rest = parts.filter(Boolean).join(", ");
  body.append(
    html("table", { class: "preview-table preview-table-small" }, html("thead", {}, head), html("tbody", {}, ...lines)),
    rest === "" ? "" : html("p", { class: "preview-ends" }, rest),
  );
  return { dispose: () => body.replaceChildren() };
}

class TableView {
  readonly #columns: Column[];
  readonly #rows: number;
  readonly #scroller: HTMLElement;
  readonly #body = html("tbody");
  readonly #top = html("tr", { class: "preview-table-space", "aria-hidden": "true" }, html("td"));
  readonly #bottom = html("tr", { class: "preview-table-space", "aria-hidden": "true" }, html("td"));
  readonly #heads: HTMLTableCellElement[];
  readonly #watcher: ResizeObserver;
  #sorting = new AbortController();
  #sorted: { column: number; direction: Direction } | undefined;
  #first = -1;
  #last = -1;
  /** The rows in the order shown; none while that is their own. */
  order: Uint32Array | undefined;

  constructor(element: HTMLElement, columns: Column[], rows: number, label: string) {
    this.#columns = columns;
    this.#rows = rows;
    this.#heads = columns.map((column, index) => this.#head(column, index));
    const group = html("colgroup", {}, html("col", { class: "preview-table-places" }), ...columns.map(columnWidth), html("col"));
    const places = html("th", { class: "preview-table-place", scope: "col" }, html("span", { class: "preview-voice" }, "Row"));
    const table = html(
      "table",
      { class: "preview-table", "aria-label": label, "aria-rowcount": rows + 1, "aria-colcount": columns.length + 1 },
      group,
      html("thead", {}, html("tr", { "aria-rowindex": 1 }, places, ...this.#heads, filler("th"))),
      this.#body,
    );
    this.#scroller = html("div", { class: "preview-table-scroller", tabindex: 0, role: "region", "aria-label": label }, table);
    if (rows === 0) this.#scroller.append(note("This table has no rows."));
    element.append(this.#scroller);
    this.#scroller.addEventListener("scroll", () => this.#show());
    this.#watcher = new ResizeObserver(() => this.#show());
    this.#watcher.observe(this.#scroller);
    this.#show();
  }

  dispose(): void {
    this.#sorting.abort();
    this.#watcher.disconnect();
    this.#scroller.remove();
  }

  #head(column: Column, index: number): HTMLTableCellElement {
    const button = html(
      "button",
      { type: "button", title: `Sort by ${column.name}` },
      html("span", { class: "preview-table-name" }, column.name, column.unit !== "" && html("span", { class: "preview-table-unit" }, column.unit)),
    );
    button.addEventListener("click", () => void this.#sortBy(index));
    return html("th", { scope: "col", "aria-sort": "none", class: column.isNumeric ? "preview-cell-number" : undefined }, button);
  }

  /** Rising, falling, and back to the table's own order. */
  async #sortBy(column: number): Promise<void> {
    const before = this.#sorted?.column === column ? this.#sorted.direction : undefined;
    const direction = before === undefined ? "ascending" : before === "ascending" ? "descending" : undefined;
    this.#sorting.abort();
    this.#sorting = new AbortController();
    const { signal } = this.#sorting;
    const values = this.#columns[column]?.values ?? [];
    const order = direction && (await inSlices(sortedRows(values, direction), signal));
    if (signal.aborted) return;
    this.#sorted = direction && { column, direction };
    this.order = order;
    for (const [index, head] of this.#heads.entries()) {
      const isSorted = index === column && direction !== undefined;
      head.setAttribute("aria-sort", isSorted ? direction : "none");
      head.querySelector("svg")?.remove();
      if (isSorted) head.querySelector("button")?.append(icon(direction === "ascending" ? ArrowUp : ArrowDown));
    }
    this.#first = -1;
    this.#show();
  }

  /** Puts the rows in view into the document, and as much empty room above and below as the others would take. */
  #show(): void {
    const whole = this.#rows * ROW_HEIGHT;
    const tall = Math.min(whole, TALLEST);
    const { scrollTop, clientHeight } = this.#scroller;
    const seen = Math.ceil(clientHeight / ROW_HEIGHT);
    const share = tall > clientHeight ? scrollTop / (tall - clientHeight) : 0;
    const top = whole > tall ? Math.round(share * Math.max(0, this.#rows - seen)) : Math.floor(scrollTop / ROW_HEIGHT);
    const first = Math.max(0, top - MARGIN_ROWS);
    const last = Math.min(this.#rows, top + seen + MARGIN_ROWS);
    if (first === this.#first && last === this.#last) return;
    this.#first = first;
    this.#last = last;
    const above = whole > tall ? Math.max(0, scrollTop - (top - first) * ROW_HEIGHT) : first * ROW_HEIGHT;
    this.#top.style.height = `${above}px`;
    this.#bottom.style.height = `${Math.max(0, tall - above - (last - first) * ROW_HEIGHT)}px`;
    const lines: HTMLTableRowElement[] = [];
    for (let place = first; place < last; place += 1) lines.push(this.#row(place));
    this.#body.replaceChildren(this.#top, ...lines, this.#bottom);
  }

  #row(place: number): HTMLTableRowElement {
    const row = this.order ? (this.order[place] as number) : place;
    return html(
      "tr",
      { "aria-rowindex": place + 2 },
      html("td", { class: "preview-table-place" }, String(row + 1)),
      ...this.#columns.map((column) => cellFor(column, row)),
      filler("td"),
    );
  }
}

/** An empty cell that takes what width is left, so that the columns stay together. */
const filler = (name: "th" | "td"): HTMLElement => html(name, { class: "preview-table-filler", "aria-hidden": "true" });

/** As wide as the first rows and the name want to be, within reason. */
function columnWidth(column: Column): HTMLTableColElement {
  let characters = column.name.length + (column.unit === "" ? 0 : column.unit.length + 1) + 3;
  for (let row = 0; row < Math.min(SAMPLE_ROWS, column.values.length); row += 1) {
    characters = Math.max(characters, shownText(column, row).length);
  }
  const col = html("col");
  col.style.width = `calc(${Math.min(40, Math.max(6, characters))}ch + 24px)`;
  return col;
}
