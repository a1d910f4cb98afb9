/** The way to the desk, small enough to come with the page: the rest of it (desk.ts) comes when it is first looked at. */

import type { Volumes } from "./volumes";

/** What the desk tells the page: what about, and the text. */
export type Tell = (what: string, text: string) => void;

/** Shows a view of the desk in this element. */
export function openDesk(volumes: Volumes, tell: Tell, element: HTMLElement, view: string): void {
  import("./desk").then(
    (desk) => desk.show(volumes, tell, element, view),
    () => tell("error", "The volumes could not be opened: the workbench's own files could not be fetched. Reload the page to try again."),
  );
}
