import { describe, expect, it } from "@jest/globals";
import { parseAlert } from "../../../src/intake/parse-alert.js";

const namespaces = ["shop", "pay"];

/** Alertmanager's message by its default template: the title names label values only. */
function aDefaultAlert(title = "[FIRING:1] KubePodNotReady (shop checkout-8-abcde critical)") {
  return {
    text: "",
    bot_id: "B0ALERT",
    attachments: [
      {
        color: "danger",
        title,
        title_link: "http://alertmanager/#/alerts",
        fallback: `${title} | http://alertmanager`,
        text: "",
        mrkdwn_in: ["fallback", "pretext", "text"],
      },
    ],
  };
}

/** The same by a template that lists the labels. */
function aLabelsAlert(lines: readonly string[], title = "[FIRING:1] KubeDeploymentReplicasMismatch") {
  return { attachments: [{ title, text: lines.join("\n") }] };
}

describe("Alertmanager's default template", () => {
  it("is placed by the namespace among its values", () => {
    expect(parseAlert(aDefaultAlert(), namespaces, "prod-eu")).toMatchObject({
      name: "KubePodNotReady",
      state: "firing",
      scope: { namespace: "shop", object: null },
    });
  });

  it.each([
    ["[RESOLVED] KubePodNotReady (shop checkout critical)", "resolved"],
    ["[FIRING:12] KubePodNotReady shop (critical)", "firing"],
  ])("%s is %s", (title, state) => {
    expect(parseAlert(aDefaultAlert(title), namespaces, "prod-eu")?.state).toBe(state);
  });

  it("has one fingerprint, firing or resolved", () => {
    const firing = parseAlert(aDefaultAlert("[FIRING:1] X (shop a)"), namespaces, "prod-eu");
    const resolved = parseAlert(aDefaultAlert("[RESOLVED] X (shop a)"), namespaces, "prod-eu");
    const elsewhere = parseAlert(aDefaultAlert("[FIRING:1] X (pay a)"), namespaces, "prod-eu");
    expect(firing?.fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(resolved?.fingerprint).toBe(firing?.fingerprint);
    expect(elsewhere?.fingerprint).not.toBe(firing?.fingerprint);
  });
});

describe("a template that lists the labels", () => {
  it.each([
    ["Deployment", ["namespace: shop", "deployment: checkout", "pod: checkout-1"], "checkout"],
    ["StatefulSet", ["*namespace:* shop", "*statefulset:* db"], "db"],
    ["DaemonSet", ["• namespace = shop", "• daemonset = agent"], "agent"],
    ["Job", ["namespace: `shop`", "job_name: `report-1`", "job: kube-state-metrics"], "report-1"],
    ["CronJob", ["namespace: shop", "cronjob: report"], "report"],
    ["Pod", ["- namespace: shop", "- pod: web-1"], "web-1"],
  ])("names the %s", (kind, lines, name) => {
    expect(parseAlert(aLabelsAlert([...lines, "severity: critical"]), namespaces, "prod-eu")).toMatchObject({
      scope: { namespace: "shop", object: { kind, name } },
      severity: "critical",
    });
  });

  it("is read from an attachment's fields and from blocks, too", () => {
    const fields = {
      attachments: [
        {
          title: "[FIRING:1] X",
          fields: [
            { title: "namespace", value: "shop" },
            { title: "pod", value: "web-1" },
          ],
        },
      ],
    };
    const blocks = {
      text: "[FIRING:1] X",
      blocks: [{ type: "section", text: { type: "mrkdwn", text: "*namespace:* shop\n*pod:* web-1" } }],
    };
    for (const message of [fields, blocks])
      expect(parseAlert(message, namespaces, "prod-eu")?.scope).toEqual({
        namespace: "shop",
        object: { kind: "Pod", name: "web-1" },
      });
  });
});

describe("what cannot be placed is left alone", () => {
  it.each<[string, unknown]>([
    ["a person's words", { text: "is checkout down? [FIRING]" }],
    ["another app's message", { text: "Deployment finished", attachments: [{ title: "build 17" }] }],
    ["no namespace", aLabelsAlert(["deployment: checkout"])],
    ["a namespace of another channel", aLabelsAlert(["namespace: secret", "deployment: checkout"])],
    ["a namespace that is none", aLabelsAlert(["namespace: Shop!"])],
    ["an object's name that is none", aLabelsAlert(["namespace: shop", "pod: Web_1"])],
    ["a title that only begins like one", aDefaultAlert("[FIRING:1]KubePodNotReady (shop)")],
    ["nothing", null],
    ["a text", "[FIRING:1] X (shop)"],
    ["odd shapes", { text: 7, attachments: "x", blocks: { text: null } }],
  ])("%s", (_what, message) => {
    expect(parseAlert(message, namespaces, "prod-eu")).toBeNull();
  });

  it("the namespace must be said by a label where the channel may ask about all", () => {
    expect(parseAlert(aDefaultAlert(), ["*"], "prod-eu")).toBeNull();
    expect(parseAlert(aLabelsAlert(["namespace: anything"]), ["*"], "prod-eu")?.scope?.namespace).toBe("anything");
  });

  it("a label's word goes before a value that only looks like a namespace", () => {
    const message = aLabelsAlert(["namespace: pay"], "[FIRING:1] X (shop)");
    expect(parseAlert(message, namespaces, "prod-eu")?.scope?.namespace).toBe("pay");
  });
});

it("long hostile lines are read in no time", () => {
  const started = performance.now();
  for (const part of [" ", "*", "a", "•", ":", "`", "<", "<a|", "\n", "(", "&lt;", "a: "]) {
    const text = part.repeat(100_000);
    parseAlert(
      { text: `[FIRING:1] X ${text}`, attachments: [{ title: `[FIRING:1] ${text}`, text }] },
      namespaces,
      "prod-eu",
    );
  }
  expect(performance.now() - started).toBeLessThan(3_000);
});

it("deep nesting is given up, not followed", () => {
  let blocks: unknown = { text: "namespace: shop" };
  for (let depth = 0; depth < 5_000; depth += 1) blocks = { elements: [blocks] };
  expect(parseAlert({ text: "[FIRING:1] X", blocks: [blocks] }, namespaces, "prod-eu")).toBeNull();
});
