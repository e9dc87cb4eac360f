import { listAt, textAt } from "../domain/kubernetes-object.js";
import { textsAt } from "./texts-at.js";

/**
 * True or false by a label selector (`matchLabels`, `matchExpressions`); undefined where it uses an operator that is not
 * known. An empty one takes all.
 */
export function matchesSelector(
  selector: unknown,
  labels: Record<string, string> | null | undefined,
): boolean | undefined {
  const equal = Object.entries(textsAt(selector, "matchLabels"));
  if (!equal.every(([key, value]) => labels?.[key] === value)) return false;
  for (const expression of listAt(selector, "matchExpressions")) {
    const value = labels?.[textAt(expression, "key") ?? ""];
    const values = listAt(expression, "values");
    switch (textAt(expression, "operator") ?? "") {
      case "In":
        if (value === undefined || !values.includes(value)) return false;
        break;
      case "NotIn":
        if (value !== undefined && values.includes(value)) return false;
        break;
      case "Exists":
        if (value === undefined) return false;
        break;
      case "DoesNotExist":
        if (value !== undefined) return false;
        break;
      default:
        return undefined;
    }
  }
  return true;
}
