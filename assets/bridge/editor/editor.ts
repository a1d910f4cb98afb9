/**
 * The editor of skills: CodeMirror with YAML at the head, Markdown below, and code in its own colours; findings stand at their lines.
 *
 * It lives in a shadow tree, whose style sheets are made by script: the page's policy allows no style elements.
 */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascriptLanguage } from "@codemirror/lang-javascript";
import { markdown } from "@codemirror/lang-markdown";
import { pythonLanguage } from "@codemirror/lang-python";
import { yamlFrontmatter } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";

import { HIGHLIGHTS, THEME } from "./theme";

export interface EditorOptions {
  /** Its name for readers. */
  label: string;
  readOnly: boolean;
  onChange(text: string): void;
  onSave(): void;
}

/** What is wrong, as `POST /skills/check` says it. */
interface Finding {
  line: number | null;
  severity: "error" | "warning";
  message: string;
  hint: string | null;
}

export class CodeEditor {
  readonly #view: EditorView;
  readonly #host: HTMLElement;

  constructor(host: HTMLElement, text: string, { label, readOnly, onChange, onSave }: EditorOptions) {
    this.#host = host;
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    root.replaceChildren();
    const save = () => {
      onSave();
      return true;
    };
    this.#view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          highlightActiveLineGutter(),
          highlightActiveLine(),
          lintGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          highlightSelectionMatches(),
          search({ top: true }),
          keymap.of([{ key: "Mod-s", run: save }, { key: "Mod-Enter", run: save }, ...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
          yamlFrontmatter({ content: markdown({ codeLanguages: languageOf }) }),
          syntaxHighlighting(HIGHLIGHTS),
          THEME,
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "true", tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  /** Replaces the text, as one step that can be undone. */
  setText(text: string): void {
    const { doc } = this.#view.state;
    if (doc.toString() === text) return;
    this.#view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
  }

  /** Shows what is wrong: a JSON list of findings. */
  setFindings(json: string): void {
    const { state } = this.#view;
    const diagnostics = (JSON.parse(json) as Finding[]).map(({ line, severity, message, hint }): Diagnostic => {
      const { from, to } = state.doc.line(Math.min(Math.max(line ?? 1, 1), state.doc.lines));
      return { from, to, severity, message: hint === null ? message : `${message}. ${hint}` };
    });
    this.#view.dispatch(setDiagnostics(state, diagnostics));
  }

  /** Puts the cursor on a line. */
  goTo(line: number): void {
    const { doc } = this.#view.state;
    const { from } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    this.#view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    this.#view.focus();
  }

  focus(): void {
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
    this.#host.shadowRoot?.replaceChildren();
  }
}

function languageOf(info: string) {
  if (/^(python|py|qiskit)/i.test(info)) return pythonLanguage;
  if (/^(javascript|js|mjs|three)/i.test(info)) return javascriptLanguage;
  return null;
}
