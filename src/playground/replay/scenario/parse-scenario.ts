import { parse } from "yaml";
import { describeIssues } from "../../describe-issues.js";
import { Scenario } from "./scenario.js";

/** Thrown for a scenario that cannot be played; the message is one line and names the field. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
}

function contradictions({ age, workloads, namespaces, objects }: Scenario): string[] {
  const known = new Set([
    ...namespaces,
    ...objects.flatMap(({ kind, metadata }) => (kind === "Namespace" ? [metadata.name] : [])),
  ]);
  return workloads.flatMap(({ namespace, history }, at) => [
    ...(known.has(namespace) ? [] : [`workloads[${at}].namespace: no namespace "${namespace}"`]),
    ...history.flatMap(({ ago }, step) => {
      const before = history[step - 1]?.ago ?? age;
      return ago > before
        ? [`workloads[${at}].history[${step}].ago: must not be earlier than what comes before it`]
        : [];
    }),
  ]);
}

/**
 * Reads the YAML of a scenario (`playground/scenarios/*.yaml`).
 * @throws ScenarioError with one line that names every field that is wrong
 */
export function parseScenario(yaml: string): Scenario {
  let document: unknown;
  try {
    document = parse(yaml);
  } catch (error) {
    throw new ScenarioError(
      `scenario: not YAML: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : "?"}`,
    );
  }
  const result = Scenario.safeParse(document);
  if (!result.success) throw new ScenarioError(`scenario: ${describeIssues(result.error.issues)}`);
  const problems = contradictions(result.data);
  if (problems.length > 0) throw new ScenarioError(`scenario: ${problems.join("; ")}`);
  return result.data;
}
