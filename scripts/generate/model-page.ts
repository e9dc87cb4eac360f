import { tools } from "../../src/agent/tools/toolbox.js";

interface Property {
  type?: string;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
  description?: string;
}

/** One input of a tool: its name, and what it may be. */
function describeInput(name: string, property: Property, required: boolean): string {
  const { type, minimum, maximum, default: usual, description } = property;
  const kind = property.enum ? "a kind" : (type ?? "text");
  const range = minimum === undefined || maximum === undefined ? "" : ` ${minimum} to ${maximum}`;
  const otherwise = usual === undefined ? (required ? "" : ", may be left out") : `, else ${JSON.stringify(usual)}`;
  return `\`${name}\` (${kind}${range}${otherwise})${description === undefined ? "" : `: ${description}`}`;
}

/** The page of what a model may do, from the tools as the model is told of them. */
export function modelPage(): string {
  const rows = tools.map(({ schema }) => {
    const { properties = {}, required = [] } = schema.input_schema as {
      properties?: Record<string, Property>;
      required?: readonly string[];
    };
    const inputs = Object.entries(properties).map(([name, property]) =>
      describeInput(name, property, required.includes(name)),
    );
    return `| \`${schema.name}\` | ${schema.description} | ${inputs.join("<br>")} |`;
  });
  return `${[
    "# What a model may do",
    "",
    "<!-- Generated from src/agent/tools by `npm run generate`; do not edit. -->",
    "",
    "A model is asked only where the rules leave something open, and only where the installation has one. It is given the rules' verdicts with their evidence and, of up to four logs, which kinds of lines they hold and how often. It may ask for more with the tools below, and answers with text.",
    "",
    "| tool | answers with | input |",
    "|---|---|---|",
    ...rows,
    "",
    "- No tool takes a namespace: all are bound to the one that the investigation is about. None changes anything. All but `read_pod_logs` answer from what the investigation has read already.",
    "- Every answer is redacted, then cut to 12,000 characters. A malformed input is refused in one sentence that names the field.",
    "- Every answer that holds something has a number (`r1`, `r2`, …), as the rules' evidence has (`e1`, …). A hypothesis that cites none of them is shown as one without evidence; with `r` numbers alone it stays a hypothesis, and the card says what was read. The same call again is answered with the number alone.",
    "- At most eight calls are answered in one turn; turns, tokens and money are bounded by the installation (`budgets.run`).",
    "- Nothing that a model says becomes an action, a target or a confidence. Where it fails, the rules' answer stands.",
  ].join("\n")}\n`;
}
