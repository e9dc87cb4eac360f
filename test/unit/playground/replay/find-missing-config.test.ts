import { describe, expect, it } from "@jest/globals";
import {
  type ConfigSources,
  findMissingConfig,
  findMissingVolume,
} from "../../../../src/playground/replay/node/find-missing-config.js";
import { Container, PodSpec } from "../../../../src/playground/replay/objects/pod-schemas.js";

const sources: ConfigSources = {
  configMap: (name) => (name === "settings" ? ["HOST"] : undefined),
  secret: (name) => (name === "login" ? ["user"] : undefined),
};
const container = (over: object) => Container.parse({ name: "web", image: "x", ...over });
const missing = (over: object) => findMissingConfig(container(over), "shop", sources);
const fromMap = (name: string, key: string, optional?: boolean) => ({
  env: [{ name: "A", valueFrom: { configMapKeyRef: { name, key, optional } } }],
});

describe("findMissingConfig", () => {
  it.each<[string, object]>([
    ["nothing is asked for", {}],
    ["a map is there", { envFrom: [{ configMapRef: { name: "settings" } }] }],
    ["a key is there", fromMap("settings", "HOST")],
    ["a map may be missing", { envFrom: [{ configMapRef: { name: "none", optional: true } }] }],
    ["a key may be missing", fromMap("settings", "NONE", true)],
    ["a secret is there", { envFrom: [{ secretRef: { name: "login" } }] }],
  ])("says nothing where %s", (_, over) => {
    expect(missing(over)).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ["a map", { envFrom: [{ configMapRef: { name: "none" } }] }, 'configmap "none" not found'],
    ["a key's map", fromMap("none", "HOST"), 'configmap "none" not found'],
    ["a key", fromMap("settings", "NONE"), "couldn't find key NONE in ConfigMap shop/settings"],
    ["a secret", { envFrom: [{ secretRef: { name: "none" } }] }, 'secret "none" not found'],
    [
      "a key of a secret",
      { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "login", key: "none" } } }] },
      "couldn't find key none in Secret shop/login",
    ],
  ])("says what a kubelet says without %s", (_, over, text) => {
    expect(missing(over)).toBe(text);
  });
});

describe("findMissingVolume", () => {
  const pod = (volume: object) =>
    PodSpec.parse({ containers: [{ name: "web", image: "x" }], volumes: [{ name: "config", ...volume }] });

  it("says what a kubelet says without a volume's map", () => {
    expect(findMissingVolume(pod({ configMap: { name: "none" } }), sources)).toBe(
      'MountVolume.SetUp failed for volume "config" : configmap "none" not found',
    );
  });

  it.each([{ configMap: { name: "settings" } }, { configMap: { name: "none", optional: true } }, { emptyDir: {} }])(
    "mounts %j",
    (volume) => {
      expect(findMissingVolume(pod(volume), sources)).toBeUndefined();
    },
  );
});
