import type { RuleDescription, RuleFamily } from "./rule.js";
import { imageFamily } from "./rules/image.js";
import { missingConfigurationFamily } from "./rules/missing-configuration.js";

/** Every family, the most upstream first: an image that is not there comes before what it keeps from starting. */
export const families: readonly RuleFamily[] = [imageFamily, missingConfigurationFamily];

/** Every rule, as `kubeclaw rules` lists them. */
export const rules: readonly RuleDescription[] = families.flatMap((family) => family.rules);
