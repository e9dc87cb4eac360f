/** What the last words of a container are about. */
export interface LogClass {
  kind:
    | "setting"
    | "auth"
    | "connection"
    | "host"
    | "port-in-use"
    | "certificate"
    | "untrusted"
    | "read-only-files"
    | "read-only-database"
    | "connections"
    | "no-space"
    | "open-files"
    | "forbidden"
    | "permission"
    | "config"
    | "error";
  line: string;
  /** The setting, for `setting`. */
  name?: string;
  /** The log is that of the run before. */
  previous: boolean;
}

type Row = readonly [kind: LogClass["kind"], test: RegExp];

/** On one line the first that matches counts: what is more specific stands first. All are linear in the line. */
const rows: readonly Row[] = [
  ["forbidden", /User \\{0,3}"system:serviceaccount:[^"]{1,300}" cannot [a-z]{1,20} resource/],
  [
    "port-in-use",
    /address already in use|EADDRINUSE|port is already (?:allocated|in use)|Only one usage of each socket address/i,
  ],
  [
    "certificate",
    /certificate has expired|CERT_HAS_EXPIRED|certificate expired|CertificateExpiredException|certificate is not yet valid|has expired or is not yet valid/i,
  ],
  [
    "untrusted",
    /signed by unknown authority|PKIX path building failed|unable to find valid certification path|self[- ]signed certificate|unable to get local issuer certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE|certificate verify failed|RemoteCertificateNameMismatch|certificate is not trusted|doesn't contain any IP SANs|certificate is valid for .{1,200}, not /i,
  ],
  [
    "connections",
    /too many connections|remaining connection slots are reserved|too many clients already|max number of clients reached|connection pool (?:is )?exhausted|Connection is not available, request timed out|QueuePool limit of size|acquiring a connection from (?:the )?pool/i,
  ],
  [
    "read-only-database",
    /running with the --(?:super-)?read-only option|in a read-only transaction|You can't write against a read only|ReadOnlyError/i,
  ],
  ["read-only-files", /read-only file ?system|EROFS/i],
  ["no-space", /no space left on device|ENOSPC|disk quota exceeded/i],
  ["open-files", /too many open files|\bEMFILE\b|\bENFILE\b/i],
  [
    "auth",
    /password authentication failed|access denied for user|WRONGPASS|NOAUTH Authentication required|authentication failed|invalid (?:username or password|username-password pair|credentials)|login failed for user|SASL authentication (?:error|failed)|SaslAuthenticationException|ACCESS_REFUSED|no pg_hba\.conf entry|ERR invalid password|Login was refused|ORA-01017|AcceptSecurityContext error|InvalidAccessKeyId|SignatureDoesNotMatch|NoCredentialProviders|unable to locate credentials|could not load (?:the )?(?:default )?credentials|default credentials were not found|(?:status|code|HTTP)\S{0,10} 401\b|\b401 Unauthorized|incorrect (?:username or )?password/i,
  ],
  [
    "host",
    /no such host|Couldn't resolve server|No resolvable bootstrap|DNS resolution failed|lookup \S{1,253} on \S{1,60}:|\bENOTFOUND\b|\bEAI_AGAIN\b|UnknownHostException|Name or service not known|could not translate host name|Temporary failure in name resolution|nodename nor servname|could not resolve host|name does not resolve|server misbehaving|host not found in upstream|Name does not resolve/i,
  ],
  [
    "connection",
    /connection refused|\bECONNREFUSED\b|\bETIMEDOUT\b|\bEHOSTUNREACH\b|\bECONNRESET\b|i\/o timeout|connection timed out|connect timed out|connection timeout|no route to host|network is unreachable|connection reset by peer|(?:cannot|can't|could not|unable to|failed to) connect|could not be established|Broker may not be available|NoBrokersAvailable|Communications link failure|AMQPConnectionError|Failed to update metadata|ServerSelectionTimeout|ServerSelectionError|code = Unavailable|UNAVAILABLE: io exception|Can't reach database server|code = DeadlineExceeded|DEADLINE_EXCEEDED|dial tcp .{0,200}(?:timeout|refused)/i,
  ],
  // In words that no library is known by: who refuses to let it in, who is not there, who takes no writes.
  [
    "auth",
    /(?:authenticat|log ?[io]n|credential|password|\btoken\b).{0,60}(?:fail|denied|invalid|refused|incorrect|rejected|wrong|unauthori|required|violation)|(?:invalid|wrong|bad|incorrect) (?:user ?name|password|credential|token|api key)|security_exception|unauthenticated/i,
  ],
  [
    "connection",
    /(?:no|none of the|all) (?:\w{1,20} )?(?:servers?|hosts?(?:\(s\))?|brokers?|nodes?|contact points?|connections?) .{0,40}(?:available|reachable|alive|failed|down)|NoHostAvailable|NoLivingConnections|(?:server|host|broker|database) .{0,60}(?:is unavailable|unreachable|is down|not reachable)/i,
  ],
  [
    "read-only-database",
    /(?:database|server|table|replica|instance|mysql|node).{0,60}(?:read[-_ ]only)|read[-_ ]only (?:mode|transaction|replica|database|table)/i,
  ],
  ["permission", /permission denied|\bEACCES\b|AccessDeniedException/i],
  [
    "config",
    /(?:failed|unable|cannot|could not|error) (?:to )?(?:parse|parsing|load|loading|read|reading|unmarshal|unmarshalling|decode|decoding) .{0,80}(?:config|\.ya?ml|\.json|\.toml|\.properties|\.conf|settings)|(?:invalid|malformed|bad) config|config(?:uration)? (?:file )?(?:is )?(?:invalid|malformed|error)|yaml: (?:line \d|unmarshal)|unknown directive|configuration file .{0,100} test failed/i,
  ],
];

const variable = "[A-Z][A-Z0-9_]{2,80}";
const absent =
  "(?:is |was |are |must be |has )?(?:not (?:set|defined|provided|configured|found)|required(?: but)?|missing|undefined|unset|empty|(?:must be )?(?:set|defined|provided|specified)(?:$|[:.,]))";
const settings: readonly RegExp[] = [
  new RegExp(
    `(?:environment variable|env(?:ironment)? var|env|variable|setting)s? ["'\`$]{0,2}(${variable})["'\`]? ${absent}`,
    "i",
  ),
  new RegExp(`["'\`$]?\\b(${variable})["'\`]? (?:environment variable |env var |variable )?${absent}`),
  new RegExp(
    `(?:missing|undefined|unset|required|no|need)(?: required)? (?:environment variable|env(?:ironment)? var|env|variable|setting|config(?:uration)?(?: key| value)?|parameter)s?:? ["'\`$]{0,2}(${variable})`,
    "i",
  ),
  new RegExp(`KeyError: ["'](${variable})["']`),
  new RegExp(`required key (${variable}) missing value`),
  new RegExp(`(${variable}): (?:parameter null or not set|unbound variable|parameter not set)`),
  new RegExp(`(?:must|need to|have to|please) (?:specify|set|provide|define|configure) ["'\`$]?(${variable})\\b`, "i"),
  new RegExp(`key not found: "(${variable})"`),
];
/** Names of settings that are no variables: what frameworks say when one is not there. */
const named: readonly RegExp[] = [
  /Could not resolve placeholder '([\w.:-]{1,100})' in value/,
  /Connection string ["']?([\w:.-]{1,100})["']? (?:was )?not found/i,
  /required (?:flag|option|argument)(?:\(s\)|s)?:? ["'`]?-{0,2}([\w.-]{2,80})["'`]? (?:is |are )?(?:not (?:set|given|provided)|missing)/i,
  /The ([A-Z][A-Z0-9_]{1,80}) setting must not be empty/,
  /^\s{0,20}["']?([A-Z][A-Z0-9_]{2,80})["']?: (?:\[ ?)?["']?(?:Required|Invalid input: expected \w{1,20}, received undefined)/i,
];
/** One of a list, under a line that speaks of environment variables. */
const listed = new RegExp(`^\\s{0,12}[-*] ["'\`]?(${variable})["'\`]?$`);

/** The program's own fault, with its own words. */
const own =
  /^panic: (?!.{0,200}(?:dial|connect|lookup))|^(?:Unhandled|Uncaught) |^Traceback|^(?:[\w.$]{0,200}\.)?[A-Z]\w{0,100}(?:Error|Exception)\b|Exception in thread|fatal error:|\bERROR\b|\[error\]|^error[: ]|^Error[: ]|level=(?:error|fatal|panic)|^(?:FATAL|CRITICAL|PANIC)\b[: ]|^FATAL ERROR: |^thread '[^']{1,100}' panicked at |^(?:PHP )?Fatal error: |^Can't locate .{1,200} in @INC|attempt to (?:index|call|compare|perform arithmetic) .{0,100}nil value|\.rb:\d{1,6}:in .{1,300}\((?:\w|::){1,100}\)$|"level":"(?:error|fatal|panic)"/;
const quiet = /\b(?:DEBUG|TRACE)\b|level=debug|"level":"(?:debug|trace)"/;
/** What Node prints of an error's fields behind its message: the message says more. */
const field = /^\s{0,20}(?:errno|code|syscall|address|port|path|dest|hostname): \S{1,300}$/;
const mostLines = 60;

function classifyLine(line: string): { kind: LogClass["kind"]; name?: string } | null {
  for (const test of settings) {
    const name = test.exec(line)?.[1];
    if (
      name !== undefined &&
      name === name.toUpperCase() &&
      !/^(?:ERROR|FATAL|WARN|WARNING|INFO|PANIC|CRITICAL|HTTP|HTTPS|TLS|SSL|GET|POST|FILE|NULL)$/.test(name)
    )
      return { kind: "setting", name };
  }
  for (const test of named) {
    const name = test.exec(line)?.[1];
    if (name !== undefined) return { kind: "setting", name };
  }
  const row = rows.find(([, test]) => test.test(line));
  return row ? { kind: row[0] } : null;
}

function listedSetting(lines: readonly string[], at: number): string | undefined {
  const line = lines[at] ?? "";
  // Python's validators name the field on the line above.
  if (/^\s{1,8}field required\b/i.test(line)) return /^([\w.]{2,80})$/.exec(lines[at - 1]?.trim() ?? "")?.[1];
  const name = listed.exec(line.slice(0, 200))?.[1];
  const above = lines.slice(Math.max(at - 6, 0), at);
  return name !== undefined && above.some((line) => /environment variable/i.test(line.slice(0, 500)))
    ? name
    : undefined;
}

/**
 * What a log ends with: the last line that names a known kind of trouble; a line in the program's own words that comes
 * after it counts more, a line that only says that it is over does not.
 */
export function classifyLog(lines: readonly string[], previous: boolean): LogClass | null {
  const tail = lines.filter((line) => line.trim() !== "").slice(-mostLines);
  let fallback: LogClass | null = null;
  for (let at = tail.length - 1; at >= 0; at -= 1) {
    const line = tail[at]?.slice(0, 1_000) ?? "";
    if (quiet.test(line) || field.test(line)) continue;
    const one = listedSetting(tail, at);
    const found = one === undefined ? classifyLine(line) : { kind: "setting" as const, name: one };
    if (found) return fallback !== null && found.kind === "config" ? fallback : { ...found, line, previous };
    if (fallback === null && own.test(line.trimStart())) {
      fallback = { kind: "error", line, previous };
      // A fault of its own is the reason, whatever it said before; any other error may only repeat one.
      if (
        /^panic: runtime|NullPointer|nil pointer|TypeError|ReferenceError|IndexError|AssertionError|SyntaxError/.test(
          line.trimStart(),
        )
      )
        return fallback;
    }
  }
  return fallback;
}
