import { describe, expect, it } from "@jest/globals";
import { askRegistry } from "../../../../src/playground/replay/node/ask-registry.js";

const registries = {
  "registry.local": { images: { "shop/checkout": ["1.9.0"], "partner/payments": ["1"] }, denied: ["partner/payments"] },
  "docker.io": { images: { "library/nginx": ["latest", "1.27"], "grafana/grafana": ["11.0.0"] }, denied: [] },
};
const ask = (image: string) => askRegistry(image, registries);
function refusal(image: string): string {
  const answer = ask(image);
  return answer.kind === "failed" ? `${answer.waiting}: ${answer.message}` : "";
}
/** What containerd says when a registry answers 401 for a repository. */
const denied = (text: string) =>
  `failed to pull and unpack image "${text}": failed to resolve reference "${text}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;

describe("askRegistry", () => {
  it.each([
    "registry.local/shop/checkout:1.9.0",
    "nginx",
    "nginx:1.27",
    "library/nginx",
    "docker.io/library/nginx:1.27",
    "grafana/grafana:11.0.0",
  ])("finds %s", (image) => {
    expect(ask(image)).toEqual({ kind: "found" });
  });

  it("says what containerd says of a tag that is not there", () => {
    expect(ask("registry.local/shop/checkout:1.9.1")).toEqual({
      kind: "failed",
      waiting: "ErrImagePull",
      message:
        'rpc error: code = NotFound desc = failed to pull and unpack image "registry.local/shop/checkout:1.9.1": failed to resolve reference "registry.local/shop/checkout:1.9.1": registry.local/shop/checkout:1.9.1: not found',
    });
  });

  it("completes a short name in what it says", () => {
    expect(refusal("nginx:9")).toContain("docker.io/library/nginx:9: not found");
  });

  it.each([
    ["a repository that is not there", "registry.local/nope/thing:1", "registry.local/nope/thing:1"],
    ["a repository that is not for us", "registry.local/partner/payments:1", "registry.local/partner/payments:1"],
    ["a private one of Docker Hub", "nobody/private:1", "docker.io/nobody/private:1"],
  ])("refuses access to %s", (_, image, text) => {
    expect(ask(image)).toEqual({ kind: "failed", waiting: "ErrImagePull", message: denied(text) });
  });

  it("does not resolve a host that it does not know", () => {
    expect(refusal("registry.nowhere.example/x:1")).toMatch(
      /failed to do request: Head "https:\/\/registry\.nowhere\.example\/v2\/x\/manifests\/1": dial tcp: lookup registry\.nowhere\.example on .*: no such host$/,
    );
  });

  it.each(["registry.local/Shop/checkout:1", "nginx:", "nginx:a b"])("refuses the malformed name %s", (image) => {
    expect(refusal(image)).toMatch(/^InvalidImageName: .*invalid reference format/);
  });
});
