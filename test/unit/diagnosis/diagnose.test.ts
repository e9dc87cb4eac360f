import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { diagnose, rules } from "../../../src/diagnosis/index.js";
import { DiagnosisAnswer } from "../../../src/domain/diagnosis.js";
import { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { aConfigMap, aDeployment, after, anEvent, anObject, aPod, aService, noon } from "../../builders/kubernetes.js";
import { aSnapshot, aWaitingWorkload, aWorkload } from "../../builders/snapshot.js";
import { scenes } from "./rules/every-scene.js";
import { toSnapshot } from "./rules/scene.js";

const look = (objects: readonly KubernetesObject[], sources = {}) =>
  diagnose(aSnapshot(objects, sources), { namespace: "shop" }, noon);

/** The same, with kinds that could not be read. */
function lookWithout(kinds: Record<string, "absent" | "partial">, objects: readonly KubernetesObject[]) {
  const snapshot = aSnapshot(objects, { objects: "partial" });
  return diagnose({ ...snapshot, meta: { ...snapshot.meta, kinds } }, { namespace: "shop" }, noon);
}

/** Freezes a value all the way down. */
function frozen<T>(value: T): T {
  if (value !== null && typeof value === "object") {
    for (const entry of Object.values(value)) frozen(entry);
    Object.freeze(value);
  }
  return value;
}

describe("a healthy scope", () => {
  it("says so, and what was looked at", () => {
    const objects = [...aWorkload(), aPod(), aService(), aConfigMap("checkout-config")];
    expect(look(objects)).toMatchObject({
      schema: "kubeclaw.dev/diagnosis/v1",
      now: noon.toISOString(),
      status: "healthy",
      verdicts: [],
      checked: { objects: objects.length, rules: rules.length },
    });
  });

  it("is one where pods have only just been made", () => {
    const fresh = aPod({ ready: false, metadata: { creationTimestamp: after(-30) } });
    expect(look([...aWorkload(), fresh]).status).toBe("healthy");
  });

  it("is not claimed where the objects could not be read", () => {
    expect(look([], { objects: "absent" }).status).toBe("inconclusive");
  });

  it.each([["Pod"], ["Deployment"], ["StatefulSet"], ["DaemonSet"], ["Job"], ["Service"]])(
    "is not claimed where no %s could be read, or not all",
    (kind) => {
      for (const state of ["absent", "partial"] as const) {
        const answer = lookWithout({ [kind]: state }, []);
        expect(answer.status).toBe("inconclusive");
        expect(answer.warnings).toContain(`Not checked: ${kind}${state === "absent" ? "" : ": partial"}`);
      }
    },
  );

  it("names the kinds that only a cause would have shown in", () => {
    const answer = lookWithout({ Node: "absent", ResourceQuota: "absent" }, aWorkload());
    expect(answer.status).toBe("healthy");
    expect(answer.warnings[0]).toBe("Not checked: Node, ResourceQuota");
  });
});

it("says of every verdict which kinds were not read, before the sources", () => {
  const objects = aWaitingWorkload("ErrImagePull", "manifest unknown");
  expect(lookWithout({ Node: "absent", ConfigMap: "partial" }, objects).verdicts[0]?.notChecked).toEqual([
    "ConfigMap: partial",
    "Node: absent",
  ]);
});

it("does not take an object for missing whose kind was not read in full", () => {
  const backend = { service: { name: "gone", port: { number: 80 } } };
  const rules = [{ host: "shop.example", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
  const objects = [aService(), anObject("networking.k8s.io/v1", "Ingress", { name: "web" }, { spec: { rules } })];
  const causes = ({ verdicts }: ReturnType<typeof look>) => verdicts.map(({ causeId }) => causeId);
  expect(causes(look(objects))).toContain("ingress-service-not-found");
  expect(causes(lookWithout({ Service: "partial" }, objects))).not.toContain("ingress-service-not-found");
});

describe("what no rule explains", () => {
  it.each<[string, KubernetesObject, string, string]>([
    [
      "a crash loop",
      aPod({ waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s" } }),
      "container-crash",
      "CrashLoopBackOff: back-off 5m0s",
    ],
    [
      "a failed pod",
      aPod({ status: { phase: "Failed", reason: "NodeAffinity", message: "no longer fits" } }),
      "unexplained-failure",
      "Failed: NodeAffinity no longer fits",
    ],
    ["a pod that is not ready for long", aPod({ ready: false }), "unexplained-failure", "Ready ContainersNotReady"],
  ])("is reported all the same: %s", (_what, pod, causeId, symptom) => {
    const answer = look([...aWorkload(), pod]);
    expect(answer.status).toBe("inconclusive");
    expect(answer.verdicts).toMatchObject([
      { causeId, confidence: "inconclusive", summary: `checkout: ${symptom}`, evidence: [{ id: "e1" }], actions: [] },
    ]);
  });

  it("is one verdict for each workload, and none for one that is explained", () => {
    const crash = { reason: "CrashLoopBackOff", message: "" };
    const explained = aWaitingWorkload("ErrImagePull", "manifest unknown");
    expect(
      look([...aWorkload(), aPod({ name: "a", waiting: crash }), aPod({ name: "b", waiting: crash })]).verdicts,
    ).toHaveLength(1);
    expect(look([...explained, aPod({ name: "b", waiting: crash })]).verdicts.map(({ causeId }) => causeId)).toEqual([
      "image-not-found",
    ]);
  });

  it("does not count a pod of a Job that has ended well", () => {
    const job = anObject("batch/v1", "Job", { name: "report" }, { status: { succeeded: 1 } });
    const owner = { kind: "Job", name: "report", uid: "u", controller: true };
    const pod = aPod({ status: { phase: "Failed" }, metadata: { ownerReferences: [owner] } });
    expect(look([job, pod]).verdicts).toEqual([]);
    expect(look([anObject("batch/v1", "Job", { name: "report" }), pod]).verdicts).toHaveLength(1);
  });

  it("says nothing of a pod without a status: a recording may lack it", () => {
    const { status: _dropped, ...pod } = aPod();
    expect(look([...aWorkload(), pod]).verdicts).toEqual([]);
  });
});

it("what was not read is said with each verdict", () => {
  const answer = look(aWaitingWorkload("ErrImagePull", "manifest unknown"), { metrics: "absent", alerts: "absent" });
  expect(answer.verdicts[0]?.notChecked).toEqual(["alerts: absent", "metrics: absent"]);
});

it("a workload that is scaled to zero is a warning, not an outage", () => {
  const objects = aWaitingWorkload("ErrImagePull", "manifest unknown");
  objects[0] = aDeployment({ spec: { replicas: 0 }, status: { availableReplicas: 0 } });
  expect(look(objects)).toMatchObject({ status: "healthy", verdicts: [{ severity: "warning" }] });
});

it("every rule is described once, with what a person can do", () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const rule of rules) {
    expect(rule).toMatchObject({ title: expect.any(String), signals: expect.any(String) });
    expect(["auto", "propose", "advise"]).toContain(rule.remediation);
  }
});

describe("pure", () => {
  const objects = [
    ...aWaitingWorkload("ImagePullBackOff", "Back-off"),
    ...aWaitingWorkload("CreateContainerConfigError", 'configmap "x" not found', { name: "other" }),
    aService(),
  ];
  const snapshot = aSnapshot([...objects, anEvent(objects[3]!, "Failed to pull image: manifest unknown")]);

  it("leaves its input alone and gives the same answer again", () => {
    const first = diagnose(frozen(structuredClone(snapshot)), { namespace: "shop" }, noon);
    expect(diagnose(snapshot, { namespace: "shop" }, noon)).toEqual(first);
    expect(first.verdicts.length).toBeGreaterThan(1);
  });

  it("gives an answer of its own schema", () => {
    expect(() => DiagnosisAnswer.parse(diagnose(snapshot, { namespace: "shop" }, noon))).not.toThrow();
  });
});

describe("any objects", () => {
  const json = fc.jsonValue({ maxDepth: 3, noUnicodeString: false });
  const mutated = (base: KubernetesObject): fc.Arbitrary<unknown> =>
    fc
      .tuple(
        fc.constantFrom("spec", "status", "metadata"),
        fc.dictionary(
          fc.constantFrom(
            "containers",
            "containerStatuses",
            "conditions",
            "phase",
            "template",
            "replicas",
            "selector",
            "ownerReferences",
            "labels",
            "creationTimestamp",
            "name",
          ),
          json,
          { noNullPrototype: true },
        ),
      )
      .map(([part, over]) => ({ ...structuredClone(base), [part]: { ...(base[part] as object), ...over } }));
  const bases = [
    ...aWaitingWorkload("ErrImagePull", "manifest unknown"),
    aService(),
    aConfigMap("x"),
    anEvent(aPod(), "x"),
  ];
  const object = fc
    .oneof(
      ...bases.map(mutated),
      fc.record({
        apiVersion: fc.constant("v1"),
        kind: fc.constantFrom("Pod", "ReplicaSet", "Service"),
        metadata: fc.constant({ name: "x", namespace: "shop" }),
        spec: json,
        status: json,
      }),
    )
    .map((value) => KubernetesObject.safeParse(value))
    .filter(({ success }) => success)
    .map(({ data }) => data!);

  it("never make it throw: what it lacks makes it silent or less certain", () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 8 }), (objects) => {
        const answer = look([...bases, ...objects]);
        expect(["failing", "healthy", "inconclusive"]).toContain(answer.status);
      }),
      { numRuns: 400 },
    );
  });

  it("never make an answer that the gateway refuses: hostile names are long", () => {
    const image = `registry.local/${"x".repeat(2_000)}:1`;
    const answer = look(aWaitingWorkload("InvalidImageName", "invalid reference format", { image }));
    expect(() => DiagnosisAnswer.parse(answer)).not.toThrow();
  });
});

describe("every scene of every rule", () => {
  const everything = Object.values(scenes).map(toSnapshot);
  const scene = fc.constantFrom(...everything);
  const noise = fc.oneof(
    fc.constantFrom(null, "", "x", 0, -1, 1e300, true, [], {}, [null], [[]], { name: 7 }),
    fc.jsonValue({ maxDepth: 2 }),
  );

  /** Replaces or takes away one value somewhere inside a JSON value, by a path of random numbers. */
  function mutate(value: unknown, path: readonly number[], into: unknown): unknown {
    const [step, ...rest] = path;
    if (step === undefined || value === null || typeof value !== "object") return into;
    const entries = Object.entries(value);
    const picked = entries[step % Math.max(entries.length, 1)];
    if (!picked) return into;
    const changed = entries.flatMap(([key, entry]: [string, unknown]): (readonly [string, unknown])[] =>
      key !== picked[0]
        ? [[key, entry] as const]
        : rest.length === 0 && into === undefined
          ? []
          : [[key, mutate(entry, rest, into)] as const],
    );
    return Array.isArray(value) ? changed.map(([, entry]): unknown => entry) : Object.fromEntries(changed);
  }

  it("with any value of any object replaced or missing gives an answer that fits its schema", () => {
    const change = fc.record({
      object: fc.nat(20),
      path: fc.array(fc.nat(12), { minLength: 1, maxLength: 7 }),
      into: fc.option(noise, { nil: undefined }),
    });
    fc.assert(
      fc.property(scene, fc.array(change, { minLength: 1, maxLength: 5 }), (snapshot, changes) => {
        const all: unknown[] = structuredClone([...snapshot.objects, ...snapshot.events]);
        for (const { object, path, into } of changes) {
          const at = object % all.length;
          all[at] = mutate(all[at], path, into);
        }
        // What is no object at all does not get past the reader.
        const objects = all.flatMap((value) => KubernetesObject.safeParse(value).data ?? []);
        const answer = diagnose(
          {
            ...snapshot,
            objects: objects.filter(({ kind }) => kind !== "Event"),
            events: objects.filter(({ kind }) => kind === "Event"),
          },
          {},
          noon,
        );
        expect(DiagnosisAnswer.safeParse(answer).error).toBeUndefined();
        expect(answer.warnings.filter((warning) => warning.includes("failed"))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it("gives the same answer in whatever order its objects and events come", () => {
    fc.assert(
      fc.property(scene, scene, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (one, two, random) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((entry) => ({ entry, at: Number(random.next().value) }))
            .sort((left, right) => left.at - right.at)
            .map(({ entry }) => entry);
        const both = { ...one, objects: [...one.objects, ...two.objects], events: [...one.events, ...two.events] };
        const other = { ...both, objects: shuffled(both.objects), events: shuffled(both.events) };
        expect(diagnose(other, {}, noon)).toEqual(diagnose(both, {}, noon));
      }),
      { numRuns: 300 },
    );
  });
});
