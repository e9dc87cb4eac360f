import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../../../src/diagnosis/index.js";
import { parseAwaited } from "../../../../src/diagnosis/parse-awaited.js";
import type { KubernetesObject } from "../../../../src/domain/kubernetes-object.js";
import { aContainerPod, after, anObject, noon } from "../../../builders/kubernetes.js";
import { aSnapshot, aWorkload } from "../../../builders/snapshot.js";

const cart = anObject(
  "v1",
  "Service",
  { name: "cart" },
  { spec: { selector: { app: "cart" }, ports: [{ port: 80 }] } },
);

/** An init container that has run for ten minutes, with this command and these last words. */
function look(command: string, lines: readonly string[], more: readonly KubernetesObject[] = [cart]) {
  const pod = aContainerPod(
    { name: "wait", command: ["sh", "-c", command] },
    { name: "wait", state: { running: { startedAt: after(-600) } } },
    { init: true, pod: { phase: "Pending" } },
  );
  const log = { namespace: "shop", pod: "checkout-8-abcde", container: "wait", previous: false, lines };
  const snapshot = { ...aSnapshot([...aWorkload(), pod, ...more]), logs: [log] };
  return diagnose(snapshot, { namespace: "shop" }, noon).verdicts.map(
    ({ causeId, confidence, summary }) => `${causeId} ${confidence}: ${summary}`,
  );
}

it("waits for a Service that does not exist", () => {
  expect(look("until nc -z carts 80; do sleep 1; done", [])).toEqual([
    expect.stringMatching(/^init-waiting-for-dependency confirmed: .* there is no Service carts in shop/),
  ]);
});

it("waits for a port that the Service does not have", () => {
  expect(look("until nc -z cart 8080; do sleep 1; done", [])).toEqual([
    expect.stringMatching(/^init-waiting-for-dependency confirmed: .* Service cart has no port 8080; it has 80/),
  ]);
});

it("waits for what only its log names: likely, for a word may be no host", () => {
  expect(look("/wait", ["waiting for cart-api..."])).toEqual([
    expect.stringMatching(/^init-waiting-for-dependency likely: .* there is no Service cart-api/),
  ]);
  expect(look("/wait", ["waiting for migrations"])).toEqual([
    expect.stringMatching(/^unexplained-failure inconclusive/),
  ]);
});

describe("what a command waits for", () => {
  it.each([
    ["until nc -z -w 2 db 5432; do sleep 1; done", { host: "db", port: 5432 }],
    [
      "until nslookup db.shop.svc.cluster.local; do sleep 2; done",
      { host: "db.shop.svc.cluster.local", port: undefined },
    ],
    ["while ! </dev/tcp/db/5432; do sleep 1; done", { host: "db", port: 5432 }],
    ["until pg_isready -U app -h db; do sleep 1; done", { host: "db", port: undefined }],
    ["./wait-for-it.sh db:5432 -t 60", { host: "db", port: 5432 }],
    ["until curl -sf http://config:8888/health; do sleep 1; done", { host: "config", port: 8888 }],
    ["npm run migrate", null],
  ])("%s", (command, expected) => {
    expect(parseAwaited({ command: ["sh", "-c", command] })).toEqual(expected);
  });
});
