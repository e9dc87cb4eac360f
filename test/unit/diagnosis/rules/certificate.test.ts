import { expect, it } from "@jest/globals";
import { diagnose } from "../../../../src/diagnosis/index.js";
import { aClusterObject } from "../../../builders/kubernetes.js";
import { aSnapshot } from "../../../builders/snapshot.js";

/** A certificate of a test authority, of 21 to 23 November 2026. */
const pem = [
  "-----BEGIN CERTIFICATE-----",
  "MIIBLjCB4aADAgECAhQMN4PkoexAzR3+Ckkj5ABESM3G1zAFBgMrZXAwDTELMAkG",
  "A1UEAwwCY2EwHhcNMjYxMTIxMTg1NjEzWhcNMjYxMTIzMTg1NjEzWjANMQswCQYD",
  "VQQDDAJjYTAqMAUGAytlcAMhAF3I14I2afUnEGDXGV6kEoao4lWKySsxq56vAEe/",
  "F0+mo1MwUTAdBgNVHQ4EFgQU5ZAHYtm/2Qe5FsAQ6W3yH6yWRgwwHwYDVR0jBBgw",
  "FoAU5ZAHYtm/2Qe5FsAQ6W3yH6yWRgwwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXAD",
  "QQCY45dMAYXUGvzmReF67ItAx6uHK01McjMMXSyyCz4D6SaK/pUVR2PZdhxLmT1J",
  "vZfXTODOa6H40zKHOQOhpyQM",
  "-----END CERTIFICATE-----",
].join("\n");

const webhook = (caBundle: string) =>
  aSnapshot([
    aClusterObject("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "policy", {
      webhooks: [{ name: "policy.example.org", clientConfig: { caBundle } }],
    }),
  ]);
const bundle = Buffer.from(pem).toString("base64");
const look = (day: string, caBundle = bundle) => diagnose(webhook(caBundle), {}, new Date(day));

it("a caBundle that ends within a week is a warning, and the cluster is well", () => {
  const answer = look("2026-11-22");
  expect(answer.verdicts).toMatchObject([{ causeId: "certificate-expiring", severity: "warning" }]);
  expect(answer.verdicts[0]?.summary).toContain("expires on 2026-11-23");
  expect(answer.status).toBe("healthy");
});

it("one that has ended fails: nothing that the webhook must see can be written", () => {
  const answer = look("2026-11-25");
  expect(answer.verdicts).toMatchObject([{ causeId: "certificate-expiring", severity: "critical" }]);
  expect(answer.verdicts[0]?.summary).toContain("expired on 2026-11-23");
  expect(answer.status).toBe("failing");
});

it.each([
  ["ends in a month", "2026-10-20", bundle],
  ["is none", "2026-11-22", "bm8gY2VydGlmaWNhdGU="],
])("says nothing of a bundle that %s", (_what, day, caBundle) => {
  expect(look(day, caBundle).verdicts).toEqual([]);
});
