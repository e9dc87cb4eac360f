import { badRequest } from "../status-error.js";
import type { Stored } from "../objects/stored.js";

export type Matcher = (object: Stored) => boolean;

const requirement =
  /^\s*(?:(!?)\s*([\w./-]+)|([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)|([\w./-]+)\s+(in|notin)\s+\(([^)]*)\))\s*$/;

/** `a=b,c!=d,e in (f,g),!h` as the API takes it. @throws StatusError 400 */
export function parseLabelSelector(text: string): Matcher {
  if (text.trim() === "") return () => true;
  const matchers = text.split(/,(?![^(]*\))/).map((part): Matcher => {
    const found = requirement.exec(part);
    if (!found) throw badRequest(`unable to parse requirement: found '${part}', expected: identifier`);
    const [, not, present, key, operator, value = "", setKey, setOperator, set = ""] = found;
    const label = (object: Stored, name: string) => object.metadata.labels?.[name];
    if (present !== undefined) return (object) => (label(object, present) !== undefined) === (not === "");
    if (key !== undefined) return (object) => (label(object, key) === value) === (operator !== "!=");
    const values = set.split(",").map((entry) => entry.trim());
    return (object) => values.includes(label(object, setKey ?? "") ?? "") === (setOperator === "in");
  });
  return (object) => matchers.every((matches) => matches(object));
}

/** By name or namespace only; what else a field selector may name differs by kind and is not used. @throws StatusError 400 */
export function parseFieldSelector(text: string): Matcher {
  if (text.trim() === "") return () => true;
  const matchers = text.split(",").map((part): Matcher => {
    const [, field = "", operator, value = ""] = /^\s*([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(part) ?? [];
    if (field !== "metadata.name" && field !== "metadata.namespace") {
      throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
    }
    const key = field === "metadata.name" ? "name" : "namespace";
    return (object) => (object.metadata[key] === value) === (operator !== "!=");
  });
  return (object) => matchers.every((matches) => matches(object));
}
