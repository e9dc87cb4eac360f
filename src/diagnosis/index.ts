export { rules } from "./catalogue.js";
export { diagnose } from "./diagnose.js";
export type { RuleDescription } from "./rule.js";
