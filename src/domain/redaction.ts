import { createHmac, randomBytes } from "node:crypto";
import { cutText } from "./cut-text.js";

/** Replaces secrets in a text by keyed, stable placeholders: the same value gives the same one, and none leads back. */
export interface Redact {
  (text: string): string;
  /** Replaces a whole value, because the name of its key says that it is secret. */
  value(text: string): string;
}

/** Known shapes of credentials. Bounded and linear: each may run over hostile text. */
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]{0,20000}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
  /\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{0,2000}/g,
  /\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{35}\b/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{8,200}/g,
  /\bxapp-[A-Za-z0-9-]{8,200}/g,
  /\bgh[pousr]_[A-Za-z0-9]{30,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{30,255}\b/g,
  /\bglpat-[A-Za-z0-9_-]{16,100}/g,
  /\bsk-[A-Za-z0-9_-]{20,250}/g,
  /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,100}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bhvs\.[A-Za-z0-9_-]{20,200}/g,
];

const urlCredential = /(\b[a-z][a-z0-9+.-]{1,20}:(?:\\{0,3}\/){2}[^\s:/@]{0,200}:)([^\s/@]{1,400})(@)/gi;
const bearer = /(\b(?:bearer|basic)\s+)([A-Za-z0-9._~+/=-]{8,4000})/gi;
const secretName =
  "passw|passphrase|secret|token|(?:api|access|private|signing|encryption|master|shared|auth)[_-]?key|credential|[_.-](?:pass|pwd)(?![A-Za-z])";
/** A value in quotes goes to its end, past quotes that are escaped in it; in JSON inside JSON to the next quote. */
const secretKey = new RegExp(
  String.raw`(\\{0,3}["']?[A-Za-z0-9_.-]{0,60}(?:${secretName})[A-Za-z0-9_.-]{0,20}\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3})(?!\s{0,3}(?:permission denied|no such file|is a directory|not a directory|operation not permitted|read-only file system|exec format error|executable file not found))((?<=\\)"[^"\n]{1,2000}"|"(?:[^"\\\n]|\\.){1,2000}"|'[^'\n]{1,2000}'|[^\s"',;&]{3,2000})`,
  "gi",
);
const secretNamed = new RegExp(secretName, "i");
/** The same shapes in text whose line breaks are taken out: a word's edge may have been one of them. */
const openShapes = shapes.map((shape) => new RegExp(shape.source.replace(/^\\b|\\b$/g, ""), "g"));
/** Where a line was wrapped: the break, and the next line's indentation. */
const lineBreak = /\r?\n[ \t]{0,16}/g;
/** A run of base64, over several lines where it is wrapped. */
const base64Run = /[A-Za-z0-9+/_-]{60,76}(?:\r?\n[A-Za-z0-9+/_-]{1,76}){1,400}={0,2}|[A-Za-z0-9+/_-]{24,16000}={0,2}/g;
const percentRun = /(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2}){12,8000}/g;

/** True for the name of a setting whose value must never be shown (`DB_PASSWORD`, `api-key`, `authToken`). */
export function isSecretKey(name: string): boolean {
  return secretNamed.test(name);
}

/**
 * Builds the redactor that stands before every outbound byte.
 * @param key secret of this installation or snapshot; 16 bytes or more. A random one by default.
 */
export function createRedactor(key: Uint8Array = randomBytes(32)): Redact {
  const placeholder = (value: string): string =>
    value.startsWith("[redacted:")
      ? value
      : `[redacted:${createHmac("sha256", key).update(value).digest("hex").slice(0, 10)}]`;

  const plain = (text: string): string => {
    let result = text;
    for (const shape of shapes) result = result.replace(shape, placeholder);
    result = result.replace(
      urlCredential,
      (_, before: string, value: string, after: string) => `${before}${placeholder(value)}${after}`,
    );
    result = result.replace(bearer, (_, before: string, value: string) => `${before}${placeholder(value)}`);
    return result.replace(secretKey, (_, before: string, value: string) => `${before}${placeholder(value)}`);
  };

  const hides = (decoded: string): boolean => plain(decoded) !== decoded;
  // Other characters of the alphabet may stand before the encoded text: each alignment is looked at.
  const hidesBase64 = (run: string): boolean => {
    const joined = run.replace(/\s/g, "");
    return [0, 1, 2, 3].some((offset) => hides(Buffer.from(joined.slice(offset), "base64").toString("latin1")));
  };

  /** What is a secret only when lines are read as one; the breaks stay, so that lines keep their places. */
  const acrossLines = (text: string): string => {
    if (!text.includes("\n")) return text;
    const breaks = [...text.matchAll(lineBreak)].map(({ 0: { length }, index }) => ({ at: index, length }));
    const joined = text.replace(lineBreak, "");
    let shift = 0;
    // Where the breaks would be in the joined text, each with how much of the text is left out up to it.
    const places = breaks.map(({ at, length }) => ({ at: at - shift, left: (shift += length) }));
    const original = (at: number, end: boolean): number =>
      at + (places.findLast((place) => (end ? place.at < at : place.at <= at))?.left ?? 0);
    const found: { from: number; to: number }[] = [];
    for (const shape of [...openShapes, base64Run])
      for (const { 0: run, index } of joined.matchAll(shape)) {
        const from = original(index, false);
        const to = original(index + run.length, true);
        const broken = text.slice(from, to).includes("\n") && !/\w/.test(text[from - 1] ?? "");
        if (broken && (shape !== base64Run || hidesBase64(run))) found.push({ from, to });
      }
    let result = "";
    let done = 0;
    for (const { from, to } of found.sort((one, other) => one.from - other.from)) {
      if (from < done) continue;
      const secret = text.slice(from, to);
      result += text.slice(done, from) + placeholder(secret) + "\n".repeat(secret.split("\n").length - 1);
      done = to;
    }
    return result + text.slice(done);
  };

  const redact = (text: string): string =>
    plain(acrossLines(text.toWellFormed()))
      .replace(base64Run, (run) => (hidesBase64(run) ? placeholder(run) : run))
      .replace(percentRun, (run) => {
        if (!run.includes("%")) return run;
        try {
          return hides(decodeURIComponent(run)) ? placeholder(run) : run;
        } catch {
          return run;
        }
      });
  return Object.assign(redact, { value: placeholder });
}

/** A redacted text that grew is cut back: placeholders must not push a text past the bound of its field. */
function bounded(redacted: string, original: string): string {
  return redacted.length > original.length ? cutText(redacted, Math.max(original.length, 200)) : redacted;
}

/** Redacts every string inside a JSON value, and whole values under secret-looking keys. */
export function redactDeep<T>(value: T, redact: Redact): T {
  /** A list of lines, read as one text where a secret goes over several of them; null for any other list. */
  const walkLines = (list: readonly unknown[], key: string): string[] | null => {
    const lines = list.filter((entry) => typeof entry === "string" && !entry.includes("\n"));
    if (lines.length < 2 || lines.length < list.length || isSecretKey(key)) return null;
    const text = lines.join("\n");
    const redacted = redact(text);
    return redacted === text ? (lines as string[]) : redacted.split("\n");
  };
  const walk = (current: unknown, key: string): unknown => {
    if (typeof current === "string") {
      return isSecretKey(key) && current !== "" ? redact.value(current) : bounded(redact(current), current);
    }
    if (Array.isArray(current)) return walkLines(current, key) ?? current.map((entry) => walk(entry, key));
    if (current !== null && typeof current === "object") {
      const { name, value } = current as { name?: unknown; value?: unknown };
      const entries = Object.entries(current).map(([field, entry]) => {
        // A container's env is a list of {name, value}: there the secret-looking key is itself a value.
        const named = field === "value" && typeof name === "string" && typeof value === "string";
        return [field, walk(entry, named ? name : field)];
      });
      return Object.fromEntries(entries);
    }
    return current;
  };
  return walk(value, "") as T;
}
