import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseAlert } from "../../../src/intake/parse-alert.js";

const folder = new URL("../../fixtures/alerts/", import.meta.url);
interface Recorded {
  provenance: string;
  message: Record<string, unknown>;
}
const read = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Recorded;
const parse = (message: unknown, namespaces = ["shop", "pay"]) => parseAlert(message, namespaces, "prod-eu");
/** The same message with some text in the place of another, wherever it stands. */
const changed = (name: string, ...changes: [from: string, to: string][]) =>
  JSON.parse(
    changes.reduce(
      (text, [from, to]) => {
        expect(text).toContain(from);
        return text.replaceAll(from, to);
      },
      JSON.stringify(read(name).message),
    ),
  ) as Record<string, unknown>;

const checkout = { namespace: "shop", object: { kind: "Deployment", name: "checkout" } };

describe("each recorded shape", () => {
  it.each([
    ["alertmanager-default", "alertmanager", "KubePodCrashLooping"],
    ["alertmanager-labels", "alertmanager", "KubePodNotReady"],
    ["grafana-unified", "grafana", "High error rate"],
    ["grafana-legacy", "grafana", "Checkout errors in shop"],
    ["datadog", "datadog", "Pods restart too often"],
    ["pagerduty", "pagerduty", expect.stringContaining("KubePodNotReady")],
    ["robusta", "robusta", "Pod checkout is crash looping"],
    ["robusta-older", "robusta", "KubePodNotReady"],
    ["cloudwatch", "cloudwatch", "checkout-restarts"],
    ["sentry", "sentry", "[shop-web] TimeoutError: upstream did not answer"],
  ])("%s", (file, source, name) => {
    expect(parse(read(file).message)).toMatchObject({ source, name, state: "firing", scope: checkout });
  });

  it("says where it is from", () => {
    for (const file of readdirSync(folder)) expect(read(file.replace(".json", "")).provenance).toMatch(/\.$/);
  });

  it("asks about the same, whoever reports it", () => {
    const targets = readdirSync(folder)
      .map((file) => parse(read(file.replace(".json", "")).message))
      .map((alert) => alert?.scope && alert.target);
    expect(new Set(targets).size).toBe(1);
  });
});

describe("the end of it", () => {
  it.each<[string, [string, string][]]>([
    ["alertmanager-default", [["[FIRING:1]", "[RESOLVED]"]]],
    [
      "grafana-unified",
      [
        ["[FIRING:1]", "[RESOLVED]"],
        ["**Firing**", "**Resolved**"],
      ],
    ],
    ["grafana-legacy", [["[Alerting]", "[OK]"]]],
    ["datadog", [["[Triggered on", "[Recovered on"]]],
    ["pagerduty", [["Triggered", "Resolved"]]],
    ["robusta", [["[Firing]", "[Resolved]"]]],
    ["robusta-older", [["Prometheus Alert Firing", "Prometheus resolved"]]],
    ["cloudwatch", [["ALARM", "OK"]]],
  ])("%s", (file, changes) => {
    const resolved = parse(changed(file, ...changes));
    expect(resolved).toMatchObject({ state: "resolved", scope: checkout });
    expect(resolved?.fingerprint).toBe(parse(read(file).message)?.fingerprint);
  });
});

describe("what starts and ends nothing", () => {
  it.each<[string, string, [string, string][]]>([
    ["a warning of Datadog", "datadog", [["[Triggered on", "[Warn on"]]],
    ["missing data of Datadog", "datadog", [["[Triggered on", "[No Data on"]]],
    ["a test of Datadog", "datadog", [["[Triggered on", "[Monitor Test on"]]],
    ["a renotification of Datadog", "datadog", [["[Triggered on", "[Renotify on"]]],
    [
      "missing data of Grafana",
      "grafana-unified",
      [
        ["High error rate", "DatasourceNoData"],
        ["High+error+rate", "DatasourceNoData"],
      ],
    ],
    ["missing data of the older Grafana", "grafana-legacy", [["[Alerting]", "[No Data]"]]],
    ["an incident that somebody has acknowledged", "pagerduty", [["Triggered", "Acknowledged"]]],
    ["missing data of CloudWatch", "cloudwatch", [["ALARM", "INSUFFICIENT_DATA"]]],
    ["a namespace of others", "robusta", [["Pod/shop/", "Pod/secret/"]]],
    ["a namespace of others in a link", "grafana-unified", [["namespace%3Dshop", "namespace%3Dsecret"]]],
    ["an issue without a namespace", "sentry", [["namespace: `shop`", "server: `web-1`"]]],
  ])("%s", (_what, file, changes) => {
    expect(parse(changed(file, ...changes))).toBeNull();
  });

  it.each<[string, unknown]>([
    ["a name alone", { username: "Alertmanager", text: "checkout is down in shop", bot_id: "B0ALERTS" }],
    ["Grafana's name alone", { username: "Grafana", text: "[Alerting] Checkout errors in shop" }],
    ["Datadog's title without a mark of it", { text: "[Triggered] Pods restart in shop" }],
    ["PagerDuty's word without its link", { text: "Triggered: #4711 checkout in shop" }],
    ["a chat about CloudWatch", { text: "did the CloudWatch Alarm for shop fire" }],
    ["a build", { text: "Build 17 resolved", attachments: [{ title: "shop", footer: "CI" }] }],
  ])("%s is no alert", (_what, message) => {
    expect(parse(message)).toBeNull();
  });
});

describe("a group of Alertmanager's, as its messages come one after the other", () => {
  const { groups } = JSON.parse(readFileSync(new URL("../alertmanager-groups.json", folder), "utf8")) as {
    groups: Record<string, object[][]>;
  };
  const told = (name: string, namespaces?: string[]) =>
    (groups[name] ?? []).map((attachments) => parse({ text: "", bot_id: "B0ALERTS", attachments }, namespaces));

  it.each(Object.keys(groups))("by %s: what began it is what ends it", (name) => {
    const all = told(name);
    const [first] = all;
    expect(first).toMatchObject({ name: "KubePodCrashLooping", state: "firing", scope: checkout });
    expect(all.some((alert) => alert?.state === "resolved" && alert.fingerprint === first?.fingerprint)).toBe(true);
    const ends = all.filter((alert) => alert?.state === "resolved").map((alert) => alert?.fingerprint);
    for (const alert of all) if (alert?.state === "firing") expect(ends).toContain(alert.fingerprint);
  });

  it("one group is not ended by another, or by that of another receiver", () => {
    const shop = told("namespace").find((alert) => alert?.scope?.namespace === "shop");
    const pay = told("namespace").find((alert) => alert?.scope?.namespace === "pay");
    expect(new Set([shop, pay, told("listed")[0]].map((alert) => alert?.fingerprint)).size).toBe(3);
  });

  it("the end is taken where it names no namespace of the channel; a beginning is not", () => {
    expect(told("alertname", ["shop"]).at(-1)).toMatchObject({ state: "resolved", scope: null });
    expect(told("alertname", ["other"])[0]).toBeNull();
  });

  it("several alerts of other names are known by what they are grouped by", () => {
    const title = "[FIRING:2] shop ";
    const fallback = `${title} | http://alertmanager.example:9093/#/alerts?receiver=slack`;
    expect(parse({ attachments: [{ title, fallback }] })).toMatchObject({ name: "shop", state: "firing" });
  });

  it("a title that somebody wrote anew does not tell the group: its end is that of what it names itself", () => {
    const message = (state: string, namespace: string) => {
      const title = `[${state}] KubePodNotReady`;
      const fallback = `${title} | http://alertmanager.example:9093/#/alerts?receiver=slack`;
      return { attachments: [{ title, fallback, text: `namespace: ${namespace}\ndeployment: checkout` }] };
    };
    const began = parse(message("FIRING:1", "shop"))?.fingerprint;
    expect(parse(message("RESOLVED", "pay"))?.fingerprint).not.toBe(began);
    expect(parse(message("RESOLVED", "shop"))?.fingerprint).toBe(began);
  });

  it("an end without a word is the end of the group of everything", () => {
    const end = {
      attachments: [{ title: "[RESOLVED]", fallback: "[RESOLVED]   | http://a/#/alerts?receiver=as+one" }],
    };
    expect(parse(end)?.fingerprint).toBe(told("nothing")[0]?.fingerprint);
  });
});

it("Robusta's and Grafana's own titles are not taken for Alertmanager's", () => {
  expect(parse(read("grafana-unified").message)?.source).toBe("grafana");
});

it("a group over several workloads is about the namespace", () => {
  const message = changed("alertmanager-labels", ["checkout-7d9f8c6b5-9v9vk", "cart-5c5c5c5c5c-bbbbb"]);
  expect(parse(message)?.scope).toEqual({ namespace: "shop", object: null });
});

describe("hostile messages", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(
      "[FIRING:1] ",
      "[Triggered] ",
      "namespace: shop",
      "Triggered: #1",
      "<https://a|",
      "kube_namespace:",
      "matcher=",
      "\n",
      "CloudWatch Alarm | ",
      "💥",
      "\u202e",
    ),
  );
  const text = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(""));

  it("are read without a throw, and never placed in a namespace of others", () => {
    const message = fc.record({
      text,
      attachments: fc.array(
        fc.record({
          title: text,
          text,
          footer: text,
          title_link: text,
          color: text,
          fields: fc.array(fc.record({ title: text, value: text })),
        }),
        { maxLength: 3 },
      ),
      blocks: fc.array(
        fc.record({ type: fc.constant("section"), text: fc.record({ type: fc.constant("mrkdwn"), text }) }),
        { maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(message, (any) => {
        const alert = parse(any);
        if (alert?.scope) expect(["shop", "pay"]).toContain(alert.scope.namespace);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        expect(() => parse(any)).not.toThrow();
      }),
    );
  });

  it("of any length take little time", () => {
    const started = performance.now();
    const parts = [
      "[Triggered on {",
      "#1 ",
      "Resource: a/",
      ":a:",
      "CloudWatch Alarm |a",
      "a:b ",
      "[Firing] ",
      "Triggered ",
      "State: ",
      "[FIRING:1]  ( | http://a/#/",
    ];
    for (const each of parts) {
      const long = each.repeat(100_000);
      parse({ text: long, attachments: [{ title: long, text: long, footer: long, title_link: long }] });
    }
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
