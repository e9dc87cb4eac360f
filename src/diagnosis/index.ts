export { rules } from "./catalogue.js";
export { diagnose } from "./diagnose.js";
export { renderAnswer } from "./render-answer.js";
export type { RuleDescription } from "./rule.js";
