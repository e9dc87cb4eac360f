import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import {
  aPod,
  aReplicaSet,
  aService,
  after,
  anEvent,
  aTemplate,
  badImage,
  goodImage,
  noon,
} from "../../builders/kubernetes.js";
import { aSnapshot, aWaitingWorkload, aWorkload } from "../../builders/snapshot.js";

const look = (objects: readonly KubernetesObject[]) => diagnose(aSnapshot(objects), { namespace: "shop" }, noon);
const causes = (objects: readonly KubernetesObject[]) => look(objects).verdicts.map(({ causeId }) => causeId);

/** What the kubelet says of a pull, with what containerd and the registry said to it. */
const pull = (image: string, said: string) =>
  `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${said}`;

describe("a container that cannot get its image, in the words of kubelet and containerd", () => {
  it.each<[string, string, string]>([
    [
      "image-not-found",
      "ErrImagePull",
      `rpc error: code = NotFound desc = ${pull(badImage, `${badImage}: not found`)}`,
    ],
    [
      "image-not-found",
      "ErrImagePull",
      `${pull(badImage, "unexpected status from HEAD request: 404 Not Found")}: manifest unknown`,
    ],
    [
      "image-not-found",
      "ImagePullBackOff",
      `Back-off pulling image "${badImage}": ErrImagePull: ${pull(badImage, `${badImage}: not found`)}`,
    ],
    ["image-not-found", "ErrImagePull", `rpc error: code = NotFound desc = failed to pull image "${badImage}"`],
    [
      "image-pull-unauthorized",
      "ErrImagePull",
      pull(
        badImage,
        "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
      ),
    ],
    [
      "image-pull-unauthorized",
      "ErrImagePull",
      pull(
        badImage,
        "unexpected status from HEAD request to https://registry.local/v2/checkout/manifests/1.9.1: 401 Unauthorized",
      ),
    ],
    [
      "image-pull-unauthorized",
      "ErrImagePull",
      pull(badImage, "failed to authorize: failed to fetch oauth token: 403 Forbidden"),
    ],
    [
      "registry-dns-failure",
      "ErrImagePull",
      pull(
        badImage,
        'failed to do request: Head "https://registry.local/v2/checkout/manifests/1.9.1": dial tcp: lookup registry.local on 10.96.0.10:53: no such host',
      ),
    ],
    [
      "registry-unreachable",
      "ErrImagePull",
      pull(badImage, 'failed to do request: Head "https://registry.local/v2/": dial tcp 10.0.0.9:443: i/o timeout'),
    ],
    [
      "registry-unreachable",
      "ErrImagePull",
      pull(
        badImage,
        'failed to do request: Head "https://registry.local/v2/": dial tcp 10.0.0.9:443: connect: connection refused',
      ),
    ],
    [
      "registry-cert-untrusted",
      "ErrImagePull",
      pull(
        badImage,
        "failed to do request: tls: failed to verify certificate: x509: certificate signed by unknown authority",
      ),
    ],
    [
      "registry-rate-limited",
      "ErrImagePull",
      pull(
        badImage,
        "unexpected status code 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit.",
      ),
    ],
    [
      "invalid-image-name",
      "InvalidImageName",
      'Failed to apply default image tag "registry.local/Checkout:1:2": couldn\'t parse image name: invalid reference format',
    ],
    [
      "image-pull-policy-never",
      "ErrImageNeverPull",
      `Container image "${badImage}" is not present with pull policy of Never`,
    ],
  ])("%s: %s", (causeId, reason, message) => {
    const answer = look(aWaitingWorkload(reason, message));
    expect(answer.status).toBe("failing");
    expect(answer.verdicts).toMatchObject([
      {
        causeId,
        confidence: "confirmed",
        object: { kind: "Deployment", namespace: "shop", name: "checkout", container: "web" },
        symptomObject: { kind: "Pod", name: "checkout-8-abcde" },
      },
    ]);
    expect(answer.verdicts[0]?.evidence[0]).toMatchObject({
      id: "e1",
      ref: "Pod/shop/checkout-8-abcde",
      path: "status.containerStatuses[0].state.waiting",
    });
  });

  it("is read from the pod's events where the status says only that it backs off", () => {
    const objects = aWaitingWorkload("ImagePullBackOff", `Back-off pulling image "${badImage}"`);
    const pod = objects.at(-1)!;
    const message = `Failed to pull image "${badImage}": ${pull(badImage, `${badImage}: not found`)}`;
    expect(look([...objects, anEvent(pod, message)]).verdicts).toMatchObject([
      {
        causeId: "image-not-found",
        evidence: [{ source: "field" }, { source: "event", at: after(-60) }, { source: "field" }],
      },
    ]);
  });

  it("is seen on init containers, too", () => {
    const pod = aPod({ ready: false });
    pod["spec"] = { initContainers: [{ name: "migrate", image: badImage }], containers: [] };
    pod["status"] = {
      initContainerStatuses: [
        { name: "migrate", state: { waiting: { reason: "ErrImagePull", message: "manifest unknown" } } },
      ],
    };
    expect(look([...aWorkload(), pod]).verdicts).toMatchObject([
      { causeId: "image-not-found", evidence: [{ path: "status.initContainerStatuses[0].state.waiting" }] },
    ]);
  });
});

describe("an image rule is silent", () => {
  it.each<[string, string, string]>([
    ["the container starts", "ContainerCreating", ""],
    ["it crashes with words that sound like it", "CrashLoopBackOff", "manifest unknown: not found, unauthorized"],
    ["its configuration is missing", "CreateContainerConfigError", 'configmap "x" not found'],
  ])("where %s", (_what, reason, message) => {
    const ours = causes(aWaitingWorkload(reason, message)).filter((id) => /image|registry/.test(id));
    expect(ours).toEqual([]);
  });

  it("where events tell of a pull that has succeeded since", () => {
    const pod = aPod();
    expect(look([...aWorkload(), pod, anEvent(pod, `Failed to pull image "${badImage}": not found`)])).toMatchObject({
      status: "healthy",
      verdicts: [],
    });
  });

  it("where a pull fails for a reason that nobody knows: reported as unexplained", () => {
    expect(causes(aWaitingWorkload("ErrImagePull", "the moon is in the wrong house"))).toEqual(["unexplained-failure"]);
  });
});

describe("numbers and words in an image's own name are no answer of a registry", () => {
  it.each([
    "registry.local/checkout:1.0.403",
    "registry.local/checkout:401",
    "registry.local/checkout:429",
    "registry.local/unauthorized:1.0.0",
    "registry.local/access-denied:1.0.0",
    "registry.local/toomanyrequests:1.0.0",
  ])("%s does not exist", (image) => {
    const message = `rpc error: code = NotFound desc = ${pull(image, `${image}: not found`)}`;
    expect(causes(aWaitingWorkload("ErrImagePull", message, { image }))).toEqual(["image-not-found"]);
  });
});

it("what the registry says now counts, not what it said before", () => {
  const objects = aWaitingWorkload("ErrImagePull", pull(badImage, `${badImage}: not found`));
  const old = anEvent(objects.at(-1)!, `Failed to pull image "${badImage}": 401 Unauthorized`, {
    lastTimestamp: after(-500),
  });
  expect(causes([...objects, old])).toEqual(["image-not-found"]);
});

describe("many pods with one cause", () => {
  const waiting = { reason: "ErrImagePull", message: "manifest unknown" };
  const pods = ["a", "b", "c"].map((name, at) =>
    aPod({ name, waiting, metadata: { creationTimestamp: after(-600 - at) } }),
  );

  it("are one verdict, since the first of them", () => {
    expect(look([...aWorkload(), ...pods]).verdicts).toMatchObject([
      { causeId: "image-not-found", since: after(-602) },
    ]);
  });

  it("say what they do to others", () => {
    const serving = ["x", "y"].map((name) => aPod({ name, revision: 7, image: goodImage }));
    expect(look([...aWorkload(), ...pods, ...serving, aService()]).verdicts[0]?.effects).toMatchObject([
      { object: { kind: "Deployment" }, summary: "2 of 4 replicas available" },
      { object: { kind: "Service" }, summary: "Service checkout: 2 of 5 endpoints ready" },
    ]);
  });

  it("with two images are two verdicts", () => {
    const other = aPod({ name: "d", image: "registry.local/other:1", waiting });
    expect(causes([...aWorkload(), ...pods, other])).toEqual(["image-not-found", "image-not-found"]);
  });
});

describe("pods that do not count", () => {
  const waiting = { reason: "ErrImagePull", message: "manifest unknown" };

  it("are those of an older revision", () => {
    expect(look([...aWorkload(), aPod({ revision: 7, waiting }), aPod({ name: "new" })])).toMatchObject({
      status: "healthy",
      verdicts: [],
    });
  });

  it("are those that are being deleted, or have finished", () => {
    const leaving = aPod({ waiting, metadata: { deletionTimestamp: after(-5) } });
    const done = aPod({ name: "done", waiting, status: { phase: "Succeeded" } });
    expect(look([...aWorkload(), leaving, done]).verdicts).toEqual([]);
  });

  it("are those of other namespaces and other workloads, where one is asked for", () => {
    const objects = aWaitingWorkload("ErrImagePull", "manifest unknown");
    const ask = (scope: Parameters<typeof diagnose>[1]) => diagnose(aSnapshot(objects), scope, noon).verdicts.length;
    expect(ask({ namespace: "pay" })).toBe(0);
    expect(ask({ namespace: "shop", object: { kind: "Deployment", name: "cart" } })).toBe(0);
    expect(ask({ namespace: "shop", object: { kind: "Deployment", name: "checkout" } })).toBe(1);
    expect(ask({ namespace: "shop", object: { kind: "Pod", name: "checkout-8-abcde" } })).toBe(1);
  });
});

describe("what can be done about an image that does not exist", () => {
  const failing = (...extra: KubernetesObject[]) =>
    look([...aWaitingWorkload("ErrImagePull", "manifest unknown"), ...extra]).verdicts[0]!;

  it("is to go back to the revision before, which ran another one", () => {
    const { actions, summary } = failing();
    expect(summary).toBe(`checkout: the image ${badImage} does not exist; revision 7 ran ${goodImage}`);
    expect(actions).toEqual([
      {
        type: "rollout-undo",
        object: { kind: "Deployment", namespace: "shop", name: "checkout" },
        parameters: { toRevision: 7 },
        tier: "T2",
        reason: `revision 7 ran ${goodImage}`,
      },
    ]);
  });

  it("is to go back to one that serves rather than to a newer one that does not", () => {
    const objects = [
      ...aWaitingWorkload("ErrImagePull", "manifest unknown").filter(({ metadata }) => metadata.name !== "checkout-7"),
      aReplicaSet(7, "registry.local/checkout:1.9.0-rc"),
      aReplicaSet(6, goodImage, { status: { replicas: 2, readyReplicas: 2 } }),
    ];
    expect(look(objects).verdicts[0]?.actions).toMatchObject([{ parameters: { toRevision: 6 } }]);
  });

  it.each<[string, KubernetesObject[]]>([
    ["there is no revision before", [aReplicaSet(8, badImage)]],
    [
      "the one before has the same image",
      [
        aReplicaSet(8, badImage),
        aReplicaSet(7, badImage, { spec: { template: aTemplate(badImage, { args: ["x"] }) } }),
      ],
    ],
  ])("is nothing where %s", (_what, replicaSets) => {
    const objects = [
      aWorkload()[0]!,
      ...replicaSets,
      aPod({ waiting: { reason: "ErrImagePull", message: "manifest unknown" } }),
    ];
    expect(look(objects).verdicts).toMatchObject([{ causeId: "image-not-found", actions: [] }]);
  });

  it("is nothing by itself where the registry refuses access", () => {
    expect(look(aWaitingWorkload("ErrImagePull", "unauthorized")).verdicts[0]?.actions).toEqual([]);
  });
});
