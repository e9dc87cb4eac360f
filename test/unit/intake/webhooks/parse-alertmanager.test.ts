import { expect, it } from "@jest/globals";
import { nameGroup } from "../../../../src/intake/alerts/name-group.js";
import { parseWebhook } from "../../../../src/intake/webhooks/parse-webhook.js";
import { anAlertmanagerBody } from "../../../builders/webhook.js";

const ended = (over: object, source: "alertmanager" | "grafana" = "alertmanager") => {
  const group = {
    status: "resolved",
    receiver: "on call",
    groupLabels: { severity: "x y", alertname: "B", cluster: "A" },
  };
  const parsed = parseWebhook(source, { ...anAlertmanagerBody(), ...group, ...over });
  return parsed.kind === "parsed" ? parsed.alerts[0]?.endedGroup : parsed;
};

it("the end of a group is known by what the title of its message begins with: the name, then the rest by its labels", () => {
  expect(ended({})).toBe(nameGroup("on call", " B A x y (common values)"));
});

it.each<[string, object, "alertmanager" | "grafana"]>([
  ["while any of it fires", { status: "firing" }, "alertmanager"],
  ["without a receiver", { receiver: undefined }, "alertmanager"],
  ["without what it is grouped by", { groupLabels: undefined }, "alertmanager"],
  ["of Grafana, which names its messages otherwise", {}, "grafana"],
])("%s nothing is ended with it", (_what, over, source) => {
  expect(ended(over, source)).toBeUndefined();
});

it("a field of the group that is none is refused by its name", () => {
  expect(ended({ groupLabels: { a: 1 } })).toMatchObject({ kind: "malformed", field: "groupLabels.a" });
});
