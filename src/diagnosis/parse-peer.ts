/** Whom a program tried to reach, as its log names it. */
export interface Peer {
  host: string;
  port: number | undefined;
}

/** `server.go:42` is a place in a program, no peer. */
const sourceFile =
  /\.(?:go|js|mjs|cjs|ts|py|java|rb|rs|c|cc|cpp|h|php|kt|scala|cs|ex|erl|pl|lua|swift|conf|ya?ml|json|xml)$/i;
const host = "[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,250}[a-zA-Z0-9])?";
const withPort = new RegExp(`(?<![\\w.-])(${host}):(\\d{2,5})(?![\\w.:-]{0,3}\\d)`, "g");
const named: readonly RegExp[] = [
  new RegExp(`lookup (${host})(?: on | |:|$)`),
  new RegExp(`(?:ENOTFOUND|EAI_AGAIN) (${host})`),
  new RegExp(`UnknownHostException: (${host})`),
  new RegExp(`could not translate host name "(${host})"`, "i"),
  new RegExp(`could not resolve (?:host|hostname)?:? ?"?'?(${host})`, "i"),
  new RegExp(`(?:Failed to resolve|Unknown host|unable to resolve host|getaddrinfo failed for) ['"]?(${host})`, "i"),
  new RegExp(`host not found in upstream "(${host})(?::\\d{1,5})?"`),
];
const serverAt = new RegExp(`at "(${host})"(?: \\([^)]{1,60}\\))?, port (\\d{1,5})`);
const serverOn = new RegExp(`server on '(${host})(?::(\\d{1,5}))?'`);
const resolver = /\bon \d{1,3}(?:\.\d{1,3}){3}:53\b/g;

function isPeer(candidate: string): boolean {
  if (sourceFile.test(candidate)) return false;
  return /[a-zA-Z]/.test(candidate) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(candidate);
}

/** The host, and where it says so the port, that one log line is about; the last `host:port` of the line counts. */
export function parsePeer(line: string): Peer | null {
  const text = line.slice(0, 2_000).replace(resolver, "");
  const server = serverAt.exec(text) ?? serverOn.exec(text);
  if (server) return { host: server[1] ?? "", port: server[2] === undefined ? undefined : Number(server[2]) };
  let found: Peer | null = null;
  for (const match of text.matchAll(withPort)) {
    const [, candidate = "", port] = match;
    if (isPeer(candidate) && Number(port) <= 65_535) {
      const peer = { host: candidate, port: Number(port) };
      // A name says more than the address that it was resolved to.
      if (found === null || /[a-zA-Z]/.test(candidate) || !/[a-zA-Z]/.test(found.host)) found = peer;
    }
  }
  if (found) return found;
  for (const test of named) {
    const match = test.exec(text);
    if (match?.[1] !== undefined) return { host: match[1], port: undefined };
  }
  return null;
}

/** The host that could not be resolved, as a log line names it. */
export function parseUnknownHost(line: string): string | null {
  const text = line.slice(0, 2_000).replace(resolver, "");
  for (const test of named) {
    const match = test.exec(text);
    if (match?.[1] !== undefined && isPeer(match[1])) return match[1];
  }
  return parsePeer(line)?.host ?? null;
}
