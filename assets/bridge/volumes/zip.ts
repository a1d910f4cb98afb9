/**
 * Zip files as such: a writer that makes a Blob piece by piece, and a reader that trusts nothing it reads. Deflate is fflate's; the
 * containers are ours, since a repository easily has more files than zip's old counters hold, and a hostile file must be refused before
 * anything of it is unpacked.
 */

import { deflateSync, inflateSync } from "fflate";
import { Breath } from "./breath";
import { joined } from "./bytes";
import { megabytes } from "./failure";

/** A file that is not read, or not made, and why; for people. */
export class ArchiveFailure extends Error {
  override readonly name = "ArchiveFailure";
}

export interface ArchiveEntry {
  /** With `/` between its parts. */
  path: string;
  bytes: Uint8Array;
}

export interface ZipLimits {
  /** Of the file itself. */
  fileBytes: number;
  /** Of all that is in it, unpacked. */
  totalBytes: number;
  entries: number;
}

export const ZIP_LIMITS: ZipLimits = { fileBytes: 1e9, totalBytes: 2e9, entries: 2_000_000 };

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const FLAG_ENCRYPTED = 1;
const FLAG_UTF8 = 0x0800;
const MADE_ON_UNIX = 3;
const MODE_LINK = 0o120000;
const MODE_KIND = 0o170000;
/** Pieces are put into a Blob of their own when they reach this, so that the browser may move them out of memory. */
const PIECE_BYTES = 8e6;
/** Smaller files are stored: setting up to compress takes longer than it gains. */
const SMALLEST_COMPRESSED_BYTES = 1_024;
const LARGEST_FILE = 0xffff_fffe;

export class ZipWriter {
  readonly #time: number;
  #pieces: BlobPart[] = [];
  #pieceBytes = 0;
  #whole: Blob[] = [];
  #central: Uint8Array[] = [];
  #offset = 0;

  constructor(modified: Date) {
    const day = ((Math.max(modified.getFullYear(), 1980) - 1980) << 9) | ((modified.getMonth() + 1) << 5) | modified.getDate();
    this.#time = ((day << 16) | (modified.getHours() << 11) | (modified.getMinutes() << 5) | (modified.getSeconds() >> 1)) >>> 0;
  }

  /** Adds a file; a path that ends in `/` is a folder. `compress: false` where the bytes are packed already. */
  add(path: string, bytes: Uint8Array, { compress = true } = {}): void {
    const packed = compress && bytes.length >= SMALLEST_COMPRESSED_BYTES ? deflateSync(bytes, { level: 1 }) : bytes;
    const smaller = packed.length < bytes.length;
    const body = smaller ? packed : bytes;
    const name = new TextEncoder().encode(path);
    const common = new DataView(new ArrayBuffer(26));
    const method = smaller ? DEFLATED : STORED;
    const fields: [number, 2 | 4][] = [[20, 2], [FLAG_UTF8, 2], [method, 2], [this.#time, 4], [crc32(bytes), 4], [body.length, 4], [bytes.length, 4], [name.length, 2], [0, 2]];
    let at = 0;
    for (const [value, size] of fields) {
      if (size === 2) common.setUint16(at, value, true);
      else common.setUint32(at, value, true);
      at += size;
    }
    const shared = new Uint8Array(common.buffer);
    // Made on Unix, so that the mode in the attributes counts.
    const mode = path.endsWith("/") ? 0o40755 : 0o100644;
    this.#central.push(joined([number32(CENTRAL), number16((MADE_ON_UNIX << 8) | 20), shared, number16(0), number16(0), number16(0), number32((mode << 16) >>> 0), number32(this.#offset), name]));
    this.#push(joined([number32(LOCAL), shared, name]));
    this.#push(body);
  }

  /** The whole file. */
  finish(): Blob {
    const start = this.#offset;
    const count = this.#central.length;
    for (const header of this.#central) this.#push(header);
    const size = this.#offset - start;
    if (count > 0xfffe) {
      this.#push(joined([number32(END_64), number64(44), number16(45), number16(45), number32(0), number32(0), number64(count), number64(count), number64(size), number64(start)]));
      this.#push(joined([number32(END_64_LOCATOR), number32(0), number64(start + size), number32(1)]));
    }
    const shown = number16(Math.min(count, 0xffff));
    this.#push(joined([number32(END), number16(0), number16(0), shown, shown, number32(size), number32(start), number16(0)]));
    return new Blob([...this.#whole, ...this.#pieces], { type: "application/zip" });
  }

  #push(bytes: Uint8Array): void {
    this.#offset += bytes.length;
    if (this.#offset > LARGEST_FILE) throw new ArchiveFailure("This volume is too large for a zip (more than 4 GB). Export it as a git bundle instead.");
    this.#pieces.push(bytes as Uint8Array<ArrayBuffer>);
    this.#pieceBytes += bytes.length;
    if (this.#pieceBytes < PIECE_BYTES) return;
    this.#whole.push(new Blob(this.#pieces));
    this.#pieces = [];
    this.#pieceBytes = 0;
  }
}

/** A zip that was looked through, and found to be one that may be unpacked. */
export class ZipReader {
  readonly #zip: Uint8Array;
  readonly #headers: Header[];

  private constructor(zip: Uint8Array, headers: Header[]) {
    this.#zip = zip;
    this.#headers = headers;
  }

  /** Reads its directory and refuses what must not be unpacked; nothing is unpacked yet. */
  static async open(file: Blob, limits: ZipLimits = ZIP_LIMITS): Promise<ZipReader> {
    if (file.size > limits.fileBytes) throw new ArchiveFailure(`The file is ${megabytes(file.size)} large; at most ${megabytes(limits.fileBytes)} can be read here.`);
    const zip = new Uint8Array(await file.arrayBuffer());
    return new ZipReader(zip, readDirectory(zip, limits));
  }

  /** Its files and folders; folders end in `/`. */
  get paths(): string[] {
    return this.#headers.map((header) => header.path);
  }

  /** The files that are wanted, each checked against its checksum. */
  async files(wanted: (path: string) => boolean, signal?: AbortSignal): Promise<ArchiveEntry[]> {
    const breath = new Breath(signal);
    const entries: ArchiveEntry[] = [];
    for (const header of this.#headers) {
      if (header.path.endsWith("/") || !wanted(header.path)) continue;
      entries.push({ path: header.path, bytes: unpack(this.#zip, header) });
      if (breath.due) await breath.next();
    }
    return entries;
  }
}

interface Header {
  path: string;
  method: number;
  crc: number;
  packedBytes: number;
  bytes: number;
  offset: number;
}

function readDirectory(zip: Uint8Array, limits: ZipLimits): Header[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const { count, start, end } = directoryPlace(view);
  if (count > limits.entries) throw new ArchiveFailure(`The zip holds ${count} files; at most ${limits.entries} can be read here.`);
  const headers: Header[] = [];
  const seen = new Set<string>();
  let total = 0;
  let packedTotal = 0;
  let at = start;
  for (let left = count; left > 0; left -= 1) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw damaged("its directory breaks off");
    const flags = view.getUint16(at + 8, true);
    const nameBytes = view.getUint16(at + 28, true);
    const attributes = view.getUint32(at + 38, true);
    const next = at + 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw damaged("its directory breaks off");
    const path = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + nameBytes));
    const header: Header = { path, method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packedBytes: view.getUint32(at + 20, true), bytes: view.getUint32(at + 24, true), offset: view.getUint32(at + 42, true) };
    if (flags & FLAG_ENCRYPTED) throw new ArchiveFailure(`'${path}' in the zip is encrypted. Make the zip again without a password.`);
    if (header.method !== STORED && header.method !== DEFLATED) throw new ArchiveFailure(`'${path}' in the zip is packed in a way (method ${header.method}) that is not known here. Make the zip again with usual compression.`);
    if (header.bytes === 0xffffffff || header.packedBytes === 0xffffffff || header.offset === 0xffffffff) throw new ArchiveFailure(`'${path}' in the zip is larger than 4 GB, or lies behind so much.`);
    if (view.getUint8(at + 5) === MADE_ON_UNIX && ((attributes >>> 16) & MODE_KIND) === MODE_LINK) throw new ArchiveFailure(`'${path}' in the zip is a link to another file. Links are not followed here.`);
    checkPath(path);
    if (seen.has(path)) throw new ArchiveFailure(`'${path}' is in the zip twice.`);
    seen.add(path);
    total += header.bytes;
    packedTotal += header.packedBytes;
    if (total > limits.totalBytes) throw new ArchiveFailure(`The zip unpacks to more than ${megabytes(limits.totalBytes)}, which is the most that is read here.`);
    headers.push(header);
    at = next;
  }
  // Files that share their bytes would unpack to far more than the zip holds.
  if (packedTotal > zip.length) throw damaged("its files overlap");
  return headers;
}

function directoryPlace(view: DataView): { count: number; start: number; end: number } {
  let at = view.byteLength - END_BYTES;
  const lowest = Math.max(0, at - LONGEST_COMMENT);
  while (at >= lowest && view.getUint32(at, true) !== END) at -= 1;
  if (at < lowest) throw new ArchiveFailure("The file is no zip, or its end is missing.");
  if (view.getUint16(at + 4, true) !== 0 || view.getUint16(at + 6, true) !== 0) throw new ArchiveFailure("The zip is split over several files. Make it again as one.");
  let count = view.getUint16(at + 10, true);
  let size = view.getUint32(at + 12, true);
  let start = view.getUint32(at + 16, true);
  let end = at;
  const locator = at - 20;
  if (locator >= 0 && view.getUint32(locator, true) === END_64_LOCATOR) {
    const place = Number(view.getBigUint64(locator + 8, true));
    if (place + 56 > locator || view.getUint32(place, true) !== END_64) throw damaged("its end is not what it says");
    count = Number(view.getBigUint64(place + 32, true));
    size = Number(view.getBigUint64(place + 40, true));
    start = Number(view.getBigUint64(place + 48, true));
    end = place;
  }
  if (start + size > end) throw damaged("its directory is not where it says");
  return { count, start, end: start + size };
}

/** Refuses a path that leads out of the place where it is unpacked, on any system. */
function checkPath(path: string): void {
  const parts = path.replace(/\/$/, "").split("/");
  const odd = /[\\\0]|^[a-z]:/i.test(path) || parts.some((part) => part === "" || part === "." || part === "..");
  if (odd) throw new ArchiveFailure(`'${path.replaceAll("\0", "␀")}' in the zip leads out of its folder. Nothing was unpacked.`);
}

function unpack(zip: Uint8Array, header: Header): Uint8Array {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const broken = () => damaged(`'${header.path}' does not hold what it says`);
  if (header.offset + 30 > zip.length || view.getUint32(header.offset, true) !== LOCAL) throw broken();
  const start = header.offset + 30 + view.getUint16(header.offset + 26, true) + view.getUint16(header.offset + 28, true);
  const packed = zip.subarray(start, start + header.packedBytes);
  let bytes: Uint8Array;
  try {
    // Room for what it says and one byte more, so that a lie shows.
    bytes = header.method === STORED ? packed.slice() : inflateSync(packed, { out: new Uint8Array(header.bytes + 1) }).slice();
  } catch {
    throw broken();
  }
  if (bytes.length !== header.bytes || crc32(bytes) !== header.crc) throw broken();
  return bytes;
}

function damaged(how: string): ArchiveFailure {
  return new ArchiveFailure(`The zip is damaged: ${how}. Nothing of it was kept.`);
}

function number16(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8);
}

function number32(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

function number64(value: number): Uint8Array {
  return joined([number32(value), number32(Math.floor(value / 2 ** 32))]);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[at]!) & 255]!;
  return (crc ^ 0xffffffff) >>> 0;
}
