import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";

interface Metafile {
  outputs: Record<
    string,
    { entryPoint?: string; imports: { path: string; kind: string }[]; inputs: Record<string, unknown> }
  >;
}

const metafile = JSON.parse(readFileSync("dist/metafile.json", "utf8")) as Metafile;

/** Every source that is loaded, at once or by static imports, when the chunk of an entry point is. */
function sourcesOf(entryPoint: string): string[] {
  const start = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entryPoint)?.[0];
  expect(start).toBeDefined();
  const seen = new Set<string>();
  const open = [start ?? ""];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    open.push(
      ...(metafile.outputs[path]?.imports
        .filter(({ kind }) => kind === "import-statement")
        .map((entry) => entry.path) ?? []),
    );
  }
  return [...seen].flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}));
}

describe("the built bundle", () => {
  it("of the executor holds no model client, no Slack and no Redis", () => {
    const sources = sourcesOf("src/main/executor.ts");
    expect(sources.some((source) => source.includes("src/executor/execute.ts"))).toBe(true);
    expect(sources.filter((source) => /@anthropic-ai|@slack\/|bullmq|ioredis|src\/agent\//.test(source))).toEqual([]);
  });

  it("of the agent holds no executor, and loads the model client only when it is needed", () => {
    const sources = sourcesOf("src/main/agent.ts");
    expect(sources.filter((source) => /@anthropic-ai|src\/executor\/|bullmq|ioredis/.test(source))).toEqual([]);
  });

  it("holds nothing of the playground", () => {
    const sources = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    expect(sources.filter((source) => source.includes("src/playground/"))).toEqual([]);
  });
});
