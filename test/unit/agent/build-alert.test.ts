import { expect, it } from "@jest/globals";
import { buildAlert } from "../../../src/agent/collect/build-alert.js";
import { anAlertRequest, aRequest } from "../../builders/request.js";

it("is what the alert names, so that the rules know why somebody looks", () => {
  expect(buildAlert(anAlertRequest())).toMatchObject({
    name: "HighErrorRate",
    state: "firing",
    labels: { alertname: "HighErrorRate", namespace: "shop", deployment: "checkout" },
  });
  expect(buildAlert(anAlertRequest({ scope: { namespace: "shop", object: null } }))?.labels).toEqual({
    alertname: "HighErrorRate",
    namespace: "shop",
  });
});

it("is nothing where a person asked", () => {
  expect(buildAlert(aRequest())).toBeNull();
});
