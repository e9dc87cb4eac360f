import { Scope } from "../domain/investigation-request.js";
import { wordsOf } from "./alert-formats/parse-title.js";
import { flattenMessage } from "./flatten-message.js";
import { parseAlert } from "./parse-alert.js";
import { parseTarget } from "./parse-target.js";

/**
 * What a message is about: an alert of any format, or a person's words that name `KIND/NAME` and a namespace of the
 * channel (which a channel with only one need not name). Pure.
 */
export function parseSubject(message: unknown, namespaces: readonly string[], cluster: string): Scope | null {
  const alert = parseAlert(message, namespaces, cluster);
  if (alert?.scope) return alert.scope;
  const words = flattenMessage(message)
    .lines.slice(0, 50)
    .flatMap((line) => wordsOf(line).map((word) => word.replace(/[.?!:]+$/, "")))
    .slice(0, 500);
  const object = words
    .map((word) => (word.includes("/") ? parseTarget(word) : ""))
    .find((it) => typeof it === "object");
  const [only, ...others] = namespaces;
  const said = words.find((word) => namespaces.includes(word) && word !== "*");
  const namespace = said ?? (others.length === 0 && only !== "*" ? only : undefined);
  if (!object || namespace === undefined) return null;
  const scope = Scope.safeParse({ namespace, object });
  return scope.success ? scope.data : null;
}
