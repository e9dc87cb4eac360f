/** Are two JSON values the same? A field that is undefined is a field that is not there. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [a, b] = [left as Record<string, unknown>, right as Record<string, unknown>];
  return Object.keys({ ...a, ...b }).every((key) => sameJson(a[key], b[key]));
}
