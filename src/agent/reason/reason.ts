import * as z from "zod";
import type { DiagnosisAnswer } from "../../domain/diagnosis.js";
import { cutText } from "../../domain/cut-text.js";
import { errorMessage } from "../../domain/errors.js";
import type { ModelUse } from "../../domain/fact.js";
import type { ModelMessage, ReasoningModel } from "../ports.js";
import type { ToolContext } from "../tools/tool.js";
import { createToolbox, type Toolbox, tools } from "../tools/toolbox.js";
import { buildDigest } from "./build-digest.js";

/** What a model may conclude: text that cites evidence. No action, no target, no confidence of its own. */
const Conclusion = z.object({
  explanation: z.string().max(2_000),
  hypotheses: z.array(z.object({ summary: z.string().max(500), evidence: z.array(z.string().max(20)).max(10) })).max(3),
});

/** Longer than any conclusion that fits its schema. */
const longestConclusion = 50_000;
/** A turn that says no more than that it ended: what it holds is cut off, or nothing. */
const endings: Readonly<Record<string, string>> = {
  refusal: "The model declined to answer; the rules' answer stands.",
  max_tokens: "The model's answer was cut off; the rules' answer stands.",
};

/** Turns a conclusion into the card's note: a hypothesis whose evidence neither the rules nor a tool recorded says so. */
function describeConclusion(text: string, answer: DiagnosisAnswer, toolbox: Toolbox): string {
  const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1).slice(0, longestConclusion);
  const known = new Set(answer.verdicts.flatMap((verdict) => verdict.evidence.map((evidence) => evidence.id)));
  try {
    const conclusion = Conclusion.parse(JSON.parse(json));
    const lines = conclusion.hypotheses.map(({ summary, evidence }) => {
      const cited = [...new Set(evidence)].flatMap((id) => {
        const title = toolbox.titleOf(id);
        return known.has(id) ? [id] : title === undefined ? [] : [`${id} ${title}`];
      });
      if (cited.length === 0) return `• Hypothesis, without evidence: ${summary}`;
      // What it read itself may say anything: only what a rule found makes more of it.
      const weight = evidence.some((id) => known.has(id)) ? "Likely" : "Hypothesis";
      return `• ${weight} (${cited.join(", ")}): ${summary}`;
    });
    return [conclusion.explanation, ...lines].join("\n").slice(0, 4_000);
  } catch {
    return "The model's answer could not be read; the rules' answer stands.";
  }
}

/**
 * A bounded conversation with the model over a few read-only tools. It may be absent, slow, wrong or hostile: what
 * comes back is a note for the card, and whatever fails leaves the rules' answer as it is.
 */
export async function reason(deps: {
  model: ReasoningModel;
  name: string;
  maxCalls: number;
  maxTokens: number;
  system: string;
  answer: DiagnosisAnswer;
  context: ToolContext;
}): Promise<ModelUse> {
  const { model, name, maxCalls, maxTokens, system, answer, context } = deps;
  const toolbox = createToolbox(context);
  const messages: ModelMessage[] = [{ role: "user", content: buildDigest(answer, context.snapshot.logs, toolbox) }];
  let note = "The model used up its calls without an answer; the rules' answer stands.";
  let asked = false;
  try {
    for (let call = 0; call < maxCalls; call += 1) {
      const turn = await model.turn({
        model: name,
        maxTokens,
        system,
        messages,
        tools: tools.map((tool) => tool.schema),
      });
      asked = true;
      const ending = endings[turn.stopReason ?? ""];
      if (ending !== undefined) {
        note = ending; // no tool runs on half an input
        break;
      }
      if (turn.toolCalls.length === 0) {
        note = describeConclusion(turn.text, answer, toolbox);
        break;
      }
      const results = await Promise.all(
        turn.toolCalls.slice(0, 8).map(async ({ id, name: wanted, input }) => ({
          type: "tool_result",
          tool_use_id: id,
          content: await toolbox.call(wanted, input),
        })),
      );
      const skipped = turn.toolCalls
        .slice(8)
        .map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "too many calls in one turn" }));
      messages.push({ role: "assistant", content: turn.content }, { role: "user", content: [...results, ...skipped] });
    }
  } catch (error) {
    note = `The model did not answer (${errorMessage(error)}); the rules' answer stands.`;
  }
  return { used: asked, model: name, note: cutText(context.redact(note), 4_000), usd: 0 };
}
