/** The way from the worker to the model that the browser brings: through the page (language-model.ts), over a port for each question. */

import type { LanguageModelRequest } from "../../language-model";

type ToPage = (port: MessagePort, request: LanguageModelRequest) => void;

let toPage: ToPage | undefined;

/** Says how ports come to the page. */
export function onLanguageModel(send: ToPage): void {
  toPage = send;
}

/** Asks the page; the lines of the answer as bytes. */
export function askLanguageModel(request: LanguageModelRequest, signal: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { port1: ours, port2: theirs } = new MessageChannel();
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      if (toPage === undefined) throw new Error("There is no page to ask.");
      signal.addEventListener("abort", () => {
        ours.postMessage("stop");
        controller.error(signal.reason);
        ours.close();
      });
      ours.onmessage = ({ data }: MessageEvent<string | null>) => {
        if (signal.aborted) return;
        if (data !== null) return controller.enqueue(encoder.encode(data));
        controller.close();
        ours.close();
      };
      toPage(theirs, request);
    },
  });
}
