import type { Verdict } from "../domain/diagnosis.js";
import type { ScopeModel } from "./scope-model.js";

/** A rule as the catalogue shows it. */
export interface RuleDescription {
  /** The causeId that its verdicts carry. */
  id: string;
  family: string;
  title: string;
  signals: string;
  /** auto: a typed, reversible action; propose: a person must name a value; advise: never executed by the bot. */
  remediation: "auto" | "propose" | "advise";
  severity: "critical" | "warning" | "info";
}

/** Rules that share what they look at. `evaluate` never throws: what it lacks makes it silent or less certain. */
export interface RuleFamily {
  rules: readonly RuleDescription[];
  evaluate(model: ScopeModel): Verdict[];
}
