import { editDistance } from "../domain/edit-distance.js";

/** Would a typing mistake, or a part that was left out, explain one name in place of the other? */
export function isNearName(left: string, right: string): boolean {
  if (left === right || left === "" || right === "" || left.length > 253 || right.length > 253) return false;
  if (left.startsWith(`${right}-`) || right.startsWith(`${left}-`)) return true;
  if (left.startsWith(right) || right.startsWith(left)) return true;
  // Short names are near to everything.
  const most = Math.min(left.length, right.length) >= 5 ? 2 : 1;
  return Math.abs(left.length - right.length) <= most && editDistance(left, right) <= most + swapped(left, right);
}

/** Two neighbours that changed places count as one mistake, not two. */
function swapped(left: string, right: string): number {
  if (left.length !== right.length) return 0;
  const apart = Array.from(left, (_, index) => index).filter((index) => left[index] !== right[index]);
  const [first = 0, second = 0, ...more] = apart;
  return more.length === 0 && second === first + 1 && left[first] === right[second] && left[second] === right[first]
    ? 1
    : 0;
}
