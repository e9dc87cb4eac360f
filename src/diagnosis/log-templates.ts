/** Lines of a log that say the same but for numbers, ids, addresses and times. */
export interface LogTemplate {
  /** What they have in common; `<n>`, `<id>`, `<addr>`, `<time>` and `<*>` stand for what differs. */
  template: string;
  /** Lines of this form; frames of stack traces below them are counted apart. */
  count: number;
  folded: number;
  first: string;
  last: string;
  /** The places of the first and the last of them in the log, from 0. */
  firstAt: number;
  lastAt: number;
  /** Does it speak of something that goes wrong? */
  trouble: boolean;
}

/** Characters and words of a line that are looked at, and forms that are told apart. */
const longestLine = 2_000;
const mostTokens = 80;
const mostForms = 2_000;
/** Templates of one beginning that a form is compared with, and the part of its words that must be equal. */
const mostCompared = 50;
const alike = 0.7;

const wordEdge = "(?<![A-Za-z0-9_])";
const wordEnd = "(?![A-Za-z0-9_])";
/** All are linear in the line; what is more specific stands first. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/\[redacted:[0-9a-f]{1,64}\]/g, "<secret>"],
  [
    /\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d{2}:?\d{2})|(?![\d:]))(?: (?:UTC|GMT)\b)?/g,
    "<time>",
  ],
  [/\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2}(?: [+-]\d{4})?/g, "<time>"],
  [/(?<![\d:])\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?![\d:])/g, "<time>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\d.]\d)/g, "<addr>"],
  [/(?<![\w:.])(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}(?![\w:])/gi, "<addr>"],
  [/\b0x[0-9a-f]{1,32}\b/gi, "<id>"],
  // The ends that controllers give to the names of pods.
  [/(?<=[a-z0-9])-[a-z0-9]{6,10}-[a-z0-9]{5}\b(?<=\d[a-z0-9-]{0,16})/g, "-<id>"],
  [/\b(?=[a-f]{0,40}\d)(?=\d{0,40}[a-f])[0-9a-f]{8,64}\b/gi, "<id>"],
  [new RegExp(`${wordEdge}(?:\\d{1,20}(?:\\.\\d{1,20})?(?:ns|us|µs|ms|h|m|s)){1,4}${wordEnd}`, "g"), "<n>"],
  // A status or exit code tells a success from a failure: it stays.
  [
    new RegExp(
      `(?<!(?:status|code|HTTP/\\d(?:\\.\\d)?"?)["']?[=:\\s]{1,3})${wordEdge}\\d{1,40}(?:[.,]\\d{1,40}){0,8}(?:%|[KMGT]i?B?|B)?${wordEnd}`,
      "gi",
    ),
    "<n>",
  ],
];

const troubled =
  /error|fail|fatal|exception|panic|denied|refused|time[d ]{0,2}out|unable|cannot|can't|could not|killed|crash|invalid|not found|no such|missing|unreachable|unavailable|reset by peer|forbidden|unauthori[sz]ed|exhausted|deadline|traceback/i;
/** A line of a stack trace, in the forms of the common runtimes. */
const frame =
  /^\s{1,40}(?:at |\.\.\. \d{1,6} |File ".{1,500}", line \d|from \S{1,500}:\d{1,7}:in |[\w./@-]{1,400}\.(?:go|rb):\d{1,7}|[\^~]{1,200}\s{0,4}$)|^#\d{1,4} /;
const pythonFrame = /^\s{1,40}File "/;
const goroutine = /^goroutine \d{1,12} \[/;
/** A call of a goroutine's trace: its place stands on the line below. */
const goCall = /^(?:created by |[a-z][^\s(]{0,200}\()/i;

/** The numbers that the masks have left: statuses and exit codes. */
function statuses(template: string): string[] {
  return template.match(/(?<!\w)\d{1,3}(?!\w)/g) ?? [];
}

interface Form {
  tokens: string[];
  found: LogTemplate;
}

function tokensOf(line: string): string[] {
  let masked = line;
  for (const [mask, name] of masks) masked = masked.replace(mask, name);
  const tokens = masked.match(/[^\s,;]+[,;]?|[,;]/g) ?? [];
  return tokens.length > mostTokens ? [...tokens.slice(0, mostTokens), "…"] : tokens;
}

/** Tells the frames of stack traces from lines of their own, by what stands before them. */
function createFolder(): (line: string) => boolean {
  let python = 0;
  let go = false;
  return (line) => {
    if (goroutine.test(line)) {
      go = true;
      return false;
    }
    if (go && goCall.test(line) && /[)\d]$/.test(line)) return true;
    const folds = frame.test(line);
    if (pythonFrame.test(line)) python = 2;
    else if (python > 0 && /^\s{4}/.test(line)) {
      // The code of a frame, and the marks below it.
      python -= 1;
      return true;
    } else python = 0;
    if (!folds) go = false;
    return folds;
  };
}

/** The forms of the lines, each once; beyond the bound, all others are one. */
function formsOf(lines: readonly string[]): Form[] {
  const forms = new Map<string, Form>();
  const isFrame = createFolder();
  let above: Form | undefined;
  for (const [index, whole] of lines.entries()) {
    if (whole.trim() === "") continue;
    const line = whole.slice(0, longestLine).trimEnd();
    if (isFrame(line) && above) {
      above.found.folded += 1;
      continue;
    }
    const tokens = tokensOf(line);
    const own = tokens.join(" ");
    const key = forms.has(own) || forms.size < mostForms ? own : "<*>";
    const known = forms.get(key);
    if (known) {
      known.found.count += 1;
      known.found.last = line;
      known.found.lastAt = index;
      above = known;
      continue;
    }
    const trouble = troubled.test(key) || statuses(key).some((status) => status.startsWith("5"));
    const found = {
      template: key,
      count: 1,
      folded: 0,
      first: line,
      last: line,
      firstAt: index,
      lastAt: index,
      trouble,
    };
    above = { tokens: key === own ? tokens : ["<*>"], found };
    forms.set(key, above);
  }
  return [...forms.values()];
}

function merge(into: Form, { tokens, found }: Form): void {
  into.tokens = into.tokens.map((token, at) => (token === tokens[at] ? token : "<*>"));
  const { found: all } = into;
  all.count += found.count;
  all.folded += found.folded;
  if (found.firstAt < all.firstAt) [all.first, all.firstAt] = [found.first, found.firstAt];
  if (found.lastAt > all.lastAt) [all.last, all.lastAt] = [found.last, found.lastAt];
}

function similarity(left: readonly string[], right: readonly string[]): number {
  let equal = 0;
  for (let at = 0; at < left.length; at += 1) if (left[at] === right[at]) equal += 1;
  return equal / left.length;
}

/**
 * Groups the lines of a log by their form, the earliest first: Drain's fixed-depth groups (number of words, first word,
 * whether it speaks of trouble, and its statuses), then the most similar template. The forms are sorted before they are compared, so
 * the order of the lines does not matter to the templates. Linear in the log, whatever it holds; never throws.
 */
export function logTemplates(lines: readonly string[]): LogTemplate[] {
  const groups = new Map<string, Form[]>();
  const sorted = formsOf(lines).sort((left, right) => (left.found.template < right.found.template ? -1 : 1));
  for (const form of sorted) {
    const { trouble, template } = form.found;
    const key = [form.tokens.length, trouble, form.tokens[0], ...statuses(template)].join(" ");
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    let best: Form | undefined;
    let most = alike;
    for (const candidate of group.slice(0, mostCompared)) {
      const part = similarity(candidate.tokens, form.tokens);
      if (part >= most && candidate.tokens.length > 1) [best, most] = [candidate, part];
    }
    if (best) merge(best, form);
    else group.push(form);
  }
  return [...groups.values()]
    .flat()
    .map(({ tokens, found }) => ({ ...found, template: tokens.join(" ") }))
    .sort((left, right) => left.firstAt - right.firstAt);
}

const longestShown = 300;

/**
 * A log as its templates, in the order in which each was seen last: those that speak of trouble and the latest stay where
 * there are more than fit.
 */
export function renderTemplates(lines: readonly string[], most: number): string[] {
  const all = logTemplates(lines);
  const chosen = all
    .toSorted((left, right) => Number(right.trouble) - Number(left.trouble) || right.lastAt - left.lastAt)
    .slice(0, most)
    .sort((left, right) => left.lastAt - right.lastAt);
  const shown = chosen.map(({ template, count, folded, last, firstAt, lastAt }) => {
    const frames = folded > 0 ? ` (+${folded} lines of stack traces)` : "";
    if (count === 1) return `line ${lastAt + 1}: ${last.slice(0, longestShown)}${frames}`;
    const latest = last === template ? "" : ` | latest: ${last.slice(0, longestShown)}`;
    return `${count} times, lines ${firstAt + 1} to ${lastAt + 1}: ${template.slice(0, longestShown)}${latest}${frames}`;
  });
  const left = all.length - chosen.length;
  return [...(left > 0 ? [`${left} other forms of lines are left out`] : []), ...shown];
}
