import { checkNetworkPath } from "./check-network-path.js";
import { explainSchedulingTool } from "./explain-scheduling.js";
import { getChanges } from "./get-changes.js";
import { getDependencies } from "./get-dependencies.js";
import { getEvents } from "./get-events.js";
import { listObjects } from "./list-objects.js";
import { queryMetrics } from "./query-metrics.js";
import { readObject } from "./read-object.js";
import { readPodLogs } from "./read-pod-logs.js";
import { isNothing, type Tool, type ToolContext } from "./tool.js";

/** Everything that a model may do. */
export const tools: readonly Tool[] = [
  listObjects,
  readObject,
  readPodLogs,
  getEvents,
  getChanges,
  getDependencies,
  explainSchedulingTool,
  checkNetworkPath,
  queryMetrics,
];

/** The tools of one investigation, with what was read through them, to be cited by its number. */
export interface Toolbox {
  call(name: string, input: unknown): Promise<string>;
  /** Numbers something that the model is given without a call: r1, r2, … */
  record(title: string): string;
  /** What stands behind a number; undefined where nothing does. */
  titleOf(id: string): string | undefined;
}

/** Opens the tools on one snapshot; what was answered once is not read again. */
export function createToolbox(context: ToolContext): Toolbox {
  const titles = new Map<string, string>();
  const asked = new Map<string, Promise<{ id?: string; text: string }>>();
  const record = (title: string): string => {
    const id = `r${titles.size + 1}`;
    titles.set(id, title);
    return id;
  };
  return {
    record,
    titleOf: (id) => titles.get(id),
    async call(name, input) {
      const tool = tools.find(({ schema }) => schema.name === name);
      if (!tool) return `no tool ${name.slice(0, 100)}`;
      const call = tool.parse(input);
      if (isNothing(call)) return context.redact(call.nothing);
      const before = asked.get(call.key);
      if (before) {
        const { id, text } = await before;
        return id === undefined ? text : `as before: ${id}`;
      }
      const answer = call.run(context).then((result) => {
        if (isNothing(result)) return { text: result.nothing };
        const id = record(call.title);
        return { id, text: `${id}:\n${result}` };
      });
      asked.set(call.key, answer);
      return (await answer).text;
    },
  };
}
