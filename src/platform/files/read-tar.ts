const block = 512;
const regular = new Set(["0", "\0", "7"]);

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("utf8");
}

function size(field: Uint8Array): number {
  return Number.parseInt(text(field).trim(), 8);
}

/** The `path` of an extended header, whose records are `LENGTH key=value\n`. */
function extendedPath(bytes: Uint8Array): string | undefined {
  return /(?:^|\n)\d{1,10} path=([^\n]{1,4096})\n/.exec(Buffer.from(bytes).toString("utf8"))?.[1];
}

/**
 * Regular files of a tar archive (ustar, with the long names of pax and GNU), as name and content.
 * @throws Error where the archive ends too early or a header makes no sense.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export function* readTar(archive: Uint8Array): Generator<{ name: string; content: Uint8Array }> {
  let longName: string | undefined;
  for (let start = 0; start + block <= archive.length; ) {
    const header = archive.subarray(start, start + block);
    if (header.every((byte) => byte === 0)) return;
    const length = size(header.subarray(124, 136));
    if (!(length >= 0) || start + block + length > archive.length)
      throw new Error("the archive is cut off or malformed");
    const content = archive.subarray(start + block, start + block + length);
    const type = String.fromCharCode(header[156] ?? 0);
    start += block + Math.ceil(length / block) * block;
    if (type === "x") longName = extendedPath(content) ?? longName;
    else if (type === "L") longName = text(content);
    else {
      const prefix = text(header.subarray(257, 262)) === "ustar" ? text(header.subarray(345, 500)) : "";
      const name = text(header.subarray(0, 100));
      const path = longName ?? (prefix === "" ? name : `${prefix}/${name}`);
      longName = undefined;
      if (regular.has(type)) yield { name: path, content };
    }
  }
}
