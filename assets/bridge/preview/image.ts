/** An image on a checkered ground, fitted or at its own size. SVG is shown as a picture, so that nothing in it runs or loads. */

import { Download, Expand } from "lucide";

import { download, fileName, html, note } from "./dom";
import { Mismatch, type Part, type PreviewOptions } from "./part";
import { isImage } from "./shape";
import { formatBytes } from "./units";

const EXTENSIONS: Readonly<Record<string, string>> = { "image/jpeg": "jpg", "image/svg+xml": "svg" };

export async function mountImage(body: HTMLElement, value: unknown, { label, size }: PreviewOptions): Promise<Part> {
  if (!isImage(value) || !value.mime.startsWith("image/")) throw new Mismatch("An image needs “mime” and “bytes”.");
  const file = new Blob([value.bytes], { type: value.mime });
  const url = URL.createObjectURL(file);
  const picture = html("img", { class: "preview-picture", alt: label, decoding: "async" });
  const ground = html("div", { class: "preview-image" }, picture);
  const dispose = () => {
    URL.revokeObjectURL(url);
    body.replaceChildren();
  };
  picture.src = url;
  body.append(ground);
  try {
    await picture.decode();
  } catch {
    dispose();
    body.append(note("This image cannot be drawn.", `${value.mime}, ${formatBytes(file.size)}: its bytes are not what this type promises.`));
    return { dispose: () => body.replaceChildren() };
  }
  if (size !== "node") ground.tabIndex = 0;
  const isWhole = () => ground.classList.contains("preview-image-actual");
  return {
    dispose,
    actions: [
      { name: "Actual size (100 %)", icon: Expand, pressed: isWhole, run: () => void ground.classList.toggle("preview-image-actual") },
      {
        name: "Download image",
        icon: Download,
        done: "Downloaded",
        run: () => download(fileName(label, EXTENSIONS[value.mime] ?? value.mime.replace(/^image\/|\+.*$/g, "")), file),
      },
    ],
    caption: `${picture.naturalWidth} × ${picture.naturalHeight}, ${formatBytes(file.size)}`,
  };
}
