import { describe, expect, it } from "@jest/globals";
import { createToolbox } from "../../../src/agent/tools/toolbox.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { createRedactor } from "../../../src/domain/redaction.js";
import type { Snapshot } from "../../../src/domain/snapshot.js";
import {
  aClusterObject,
  aCondition,
  aConfigMap,
  aDeployment,
  after,
  anEvent,
  anObject,
  aPod,
  aReplicaSet,
  badImage,
  goodImage,
} from "../../builders/kubernetes.js";
import { aGauge, aServiceOf, podNameOf, stepAt } from "../../builders/metrics.js";
import { aSnapshot } from "../../builders/snapshot.js";
import { createReadCluster } from "../../fakes/read-cluster.js";

const canary = `ghp_${"c4Nary".repeat(6)}`;

/** What a tool answers on a snapshot, without the number that the answer is cited by. */
async function ask(
  objects: readonly KubernetesObject[],
  name: string,
  input: unknown,
  parts: Partial<Snapshot> = {},
): Promise<string> {
  const snapshot = { ...aSnapshot(objects), ...parts };
  const cluster = createReadCluster({});
  const text = await createToolbox({ cluster, namespace: "shop", snapshot, redact: createRedactor() }).call(
    name,
    input,
  );
  expect(cluster.reads).toEqual([]);
  return text.replace(/^r1:\n/, "");
}

const elsewhere = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, namespace: "bank" },
});
const foreignEvent = anEvent(elsewhere(aPod()), "the vault is open");
const foreignEvents = [foreignEvent, elsewhere(foreignEvent), elsewhere(anEvent(aPod(), "the vault is open"))];

describe("get_events", () => {
  const pod = aPod();
  const other = aPod({ name: "cart-1" });
  const events = [
    anEvent(pod, "pulled", { type: "Normal", reason: "Pulled", lastTimestamp: after(-1) }),
    anEvent(pod, "back-off", { reason: "BackOff", count: 7, firstTimestamp: after(-900), lastTimestamp: after(-60) }),
    anEvent(other, "no disk", { reason: "Evicted", lastTimestamp: after(-10) }),
  ];

  it("gives warnings first, and of each the newest first", async () => {
    expect((await ask([pod, other, ...events], "get_events", {})).split("\n")).toEqual([
      "2026-04-02T11:59:50.000Z Warning Evicted Pod/cart-1: no disk",
      "2026-04-02T11:59:00.000Z Warning BackOff Pod/checkout-8-abcde: back-off (7 times since 2026-04-02T11:45:00.000Z)",
      "2026-04-02T11:59:59.000Z Normal Pulled Pod/checkout-8-abcde: pulled",
    ]);
  });

  it("gives those of one object, or of a kind", async () => {
    const of = (input: object) => ask([pod, other, ...events], "get_events", input);
    expect(await of({ kind: "Pod", name: "cart-1" })).toMatch(/^\S+ Warning Evicted Pod\/cart-1: no disk$/);
    expect((await of({ kind: "Pod" })).split("\n")).toHaveLength(3);
    expect(await of({ kind: "Service" })).toBe("no event");
  });

  it("gives no more than were asked for, and says so", async () => {
    const many = Array.from({ length: 70 }, (_, at) => anEvent(pod, `again ${at}`));
    const lines = (await ask(many, "get_events", { most: 5 })).split("\n");
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe("65 more are left out");
    const long = await ask([anEvent(pod, "x y\n".repeat(100_000))], "get_events", {});
    expect(long.length).toBeLessThanOrEqual(1_000);
    expect(long).not.toContain("\n");
  });

  it("says where events were not read, which is not that there are none", async () => {
    const { meta } = aSnapshot([], { events: "absent" });
    expect(await ask([], "get_events", {}, { meta })).toBe("events were not read");
  });
});

describe("get_changes", () => {
  const history = [
    aDeployment({ metadata: { creationTimestamp: after(-864_000) } }),
    aReplicaSet(7, goodImage, { status: { replicas: 2, readyReplicas: 2 } }),
    { ...aReplicaSet(8, badImage) },
  ];
  history[1]!.metadata.creationTimestamp = after(-864_000);
  history[2]!.metadata.creationTimestamp = after(-1_200);
  const config = anObject("v1", "ConfigMap", { name: "other", creationTimestamp: after(-600) }, { data: {} });
  const change = {
    at: after(-300),
    kind: "flag",
    summary: "fast-path was switched on",
    object: { kind: "Deployment", namespace: "shop", name: "checkout" },
  };

  it("gives what was changed before, newest first", async () => {
    const lines = (await ask([...history, config], "get_changes", {}, { changes: [change] })).split("\n");
    expect(lines).toEqual([
      "2026-04-02T11:55:00.000Z Deployment/shop/checkout (changes: flag): fast-path was switched on",
      "2026-04-02T11:50:00.000Z ConfigMap/shop/other (metadata.creationTimestamp): ConfigMap other was created",
      `2026-04-02T11:40:00.000Z ReplicaSet/shop/checkout-8 (spec.template): revision 8 was rolled out: web: image ${goodImage} -> ${badImage}`,
    ]);
  });

  it("gives those of one object with its revisions, and leaves out what does not concern it", async () => {
    const text = await ask([...history, config], "get_changes", { kind: "Deployment", name: "checkout" });
    expect(text).not.toContain("ConfigMap other");
    expect(text.split("\n").slice(1)).toEqual([
      `revision 8 (ReplicaSet/shop/checkout-8, made ${after(-1_200)}): web: image ${goodImage} -> ${badImage}`,
      `revision 7 (ReplicaSet/shop/checkout-7, made ${after(-864_000)}): the oldest that is kept`,
    ]);
  });

  it("says that a ConfigMap which it uses is newer than its pods", async () => {
    const spec = { containers: [{ name: "web", image: badImage, envFrom: [{ configMapRef: { name: "other" } }] }] };
    const template = { metadata: { labels: { app: "checkout" } }, spec };
    const [, ...revisions] = history;
    const pod = aPod({ metadata: { creationTimestamp: after(-900) } });
    const objects = [aDeployment({ spec: { template } }), ...revisions, pod, config];
    const used = await ask(objects, "get_changes", { kind: "Pod", name: "checkout-8-abcde" });
    expect(used).toContain("ConfigMap other, which it uses, was made 2026-04-02T11:50:00.000Z, after a pod began");
  });

  it("looks before the moment that is named", async () => {
    expect(await ask([...history, config], "get_changes", { until: after(-86_400) })).toBe(
      "no change is known in that time",
    );
    expect(await ask(history, "get_changes", { kind: "Pod", name: "gone" })).toBe("no Pod gone");
  });
});

describe("get_dependencies", () => {
  const objects = [
    ...aServiceOf("web", { calls: ["cart"] }),
    ...aServiceOf("cart", { calls: ["store"] }),
    ...aServiceOf("store"),
  ];

  it.each([
    ["Deployment", "cart"],
    ["Service", "cart"],
    ["Pod", podNameOf("cart")],
  ])("gives callers and callees of a %s %s, with how they are", async (kind, name) => {
    expect((await ask(objects, "get_dependencies", { kind, name })).split("\n")).toEqual([
      "Deployment/shop/cart calls Deployment/shop/store (1 of 1 available)",
      "Deployment/shop/cart is called by Deployment/shop/web (1 of 1 available)",
    ]);
  });

  it("says where none is known, and is bounded", async () => {
    expect(await ask(objects, "get_dependencies", { kind: "Deployment", name: "web" })).toContain(
      "is called by nobody",
    );
    const names = Array.from({ length: 60 }, (_, at) => `s${at}`);
    const many = [...aServiceOf("web", { calls: names }), ...names.flatMap((name) => aServiceOf(name))];
    const lines = (await ask(many, "get_dependencies", { kind: "Deployment", name: "web" })).split("\n");
    expect(lines).toHaveLength(42);
    expect(lines[40]).toBe("Deployment/shop/web calls 20 more, left out or in other namespaces");
  });
});

describe("explain_scheduling", () => {
  const says = "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {dedicated: db}.";
  const pending = aPod({
    name: "wide",
    ready: false,
    status: { phase: "Pending", conditions: [aCondition("PodScheduled", "False", "Unschedulable", says)] },
  });
  pending["spec"] = { containers: [{ name: "web", resources: { requests: { cpu: "3" } } }] };
  const status = { allocatable: { cpu: "2", memory: "8Gi", pods: "110" } };
  const nodes = [
    aClusterObject("v1", "Node", "node-1", { status }),
    aClusterObject("v1", "Node", "node-0", {
      spec: { taints: [{ key: "dedicated", value: "db", effect: "NoSchedule" }] },
      status,
    }),
  ];

  it("names for each node what is against it, the nearest first", async () => {
    const lines = (await ask([pending, ...nodes], "explain_scheduling", { pod: "wide" })).split("\n");
    expect(lines[0]).toBe(`the scheduler says: ${says}`);
    expect(lines.slice(-3)).toEqual([
      "node-1: 2 of 2 cpu are free, 3 is asked for",
      "node-0: its taint dedicated=db is not tolerated; 2 of 2 cpu are free, 3 is asked for",
      "what is free counts only the pods that were read",
    ]);
  });

  it("says what it cannot tell: without nodes, of a pod on a node, of one that is not there", async () => {
    expect(await ask([pending], "explain_scheduling", { pod: "wide" })).toMatch(/no node was read$/);
    const placed = { ...aPod(), spec: { nodeName: "node-1" } };
    expect(await ask([placed], "explain_scheduling", { pod: "checkout-8-abcde" })).toContain("assigned to node node-1");
    expect(await ask([placed], "explain_scheduling", { pod: "gone" })).toBe("no Pod gone");
  });

  it("is bounded", async () => {
    const many = Array.from({ length: 90 }, (_, at) => aClusterObject("v1", "Node", `n${at}`, { status }));
    expect(await ask([pending, ...many], "explain_scheduling", { pod: "wide" })).toContain(
      "50 more nodes are left out",
    );
  });
});

describe("check_network_path", () => {
  const objects = [...aServiceOf("web"), ...aServiceOf("store")];
  const policy = (app: string, spec: object) =>
    anObject(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      { name: "guard" },
      { spec: { podSelector: { matchLabels: { app } }, ...spec } },
    );
  const deny = policy("store", {
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "api" } } }] }],
  });
  const allow = policy("store", {
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }],
  });
  const way = { from: "web", service: "store", port: 8080 };
  const check = (some: readonly KubernetesObject[], input: object = way) => ask(some, "check_network_path", input);

  it("sees no obstacle where a policy lets it through", async () => {
    const text = await check([...objects, allow]);
    expect(text).toContain("1 of 1 pods behind it are ready");
    expect(text).toContain("so no obstacle is seen in what was read");
    expect(text).not.toMatch(/blocked|not known/);
  });

  it.each<[string, readonly KubernetesObject[], object, string]>([
    [
      "a policy",
      [...objects, deny],
      way,
      `NetworkPolicy/shop/guard (ingress) keeps ${podNameOf("web")} from ${podNameOf("store")}`,
    ],
    [
      "its own policy, which forbids DNS, too",
      [...objects, policy("web", { policyTypes: ["Egress"], egress: [] })],
      way,
      "from asking DNS",
    ],
    ["a port that is not offered", objects, { ...way, port: 5432 }, "does not offer port 5432; it offers 8080"],
    ["a Service that is not there", objects, { ...way, service: "gone" }, "there is no Service gone"],
    [
      "no pod behind it",
      objects.filter(({ metadata }) => metadata.name !== podNameOf("store")),
      way,
      "no pod that was read has its selector's labels app=store",
    ],
  ])("names %s", async (_what, some, input, says) => {
    const text = await check(some, input);
    expect(text).toContain(`blocked: `);
    expect(text).toContain(says);
    expect(text).not.toContain("no obstacle is seen");
  });

  const store = (spec: object) => [
    ...objects.filter(({ kind, metadata }) => kind !== "Service" || metadata.name !== "store"),
    anObject("v1", "Service", { name: "store" }, { spec: { selector: { app: "store" }, ...spec } }),
  ];

  it.each<[string, object, string]>([
    [
      "a headless Service",
      { clusterIP: "None", ports: [{ port: 80, targetPort: 8080 }] },
      "port 8080 is that of its pods",
    ],
    ["a port whose name no container has", { ports: [{ port: 8080, targetPort: "web" }] }, "has a port named web"],
    ["another name for a host", { type: "ExternalName", externalName: "db.example.com" }, "what is there is not known"],
  ])("knows %s", async (_what, spec, says) => {
    expect(await check(store(spec))).toContain(says);
  });

  it("takes a workload without pods by its template, and forbids no pod to itself", async () => {
    const [deployment] = objects;
    const text = await check([deployment!, ...aServiceOf("store"), deny]);
    expect(text).toContain("keeps web (as its template) from");
    expect(await check([...objects, deny], { ...way, from: "store" })).not.toContain("blocked");
  });

  it("says that policies were not read, and knows no client that is not there", async () => {
    expect(await check(objects)).toContain("not known: NetworkPolicies were not read");
    expect(await check(objects, { ...way, from: "gone" })).toBe("no pod or workload gone");
  });

  it("does not call a Service gone whose kind was not read", async () => {
    const meta = { ...aSnapshot([]).meta, kinds: { Service: "absent" as const } };
    expect(await ask(aServiceOf("web").slice(0, 3), "check_network_path", way, { meta })).toBe(
      "not known: Services were not read",
    );
  });
});

describe("query_metrics", () => {
  const labels = { namespace: "shop", service: "cart" };
  const metrics = [
    aGauge("latency", { ...labels, quantile: "0.5" }, 0.02),
    aGauge("latency", { ...labels, quantile: "0.95" }, stepAt(-20, 0.1, 0.9), { noise: 0, unit: "s" }),
    aGauge("requests", labels, 50),
  ];

  it("sums up each series, the one that changed most first", async () => {
    const lines = (await ask([], "query_metrics", { name: "latency" }, { metrics })).split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^latency\{namespace=shop,quantile=0\.95,service=cart\} s: first 0\.1, last 0\.9, min 0\.1, max 0\.9; at once up from 0\.1 to 0\.9 since 2026-04-02T11:[34]\d:\d\d\.\d{3}Z \(121 points, /,
    );
    expect(lines[1]).toContain("no lasting change from 0.02");
  });

  it("takes labels, and names what there is", async () => {
    const of = (input: object) => ask([], "query_metrics", input, { metrics });
    expect((await of({ name: "latency", labels: { quantile: "0.5" } })).split("\n")).toHaveLength(1);
    expect(await of({ name: "latency", labels: { constructor: "x" } })).toBe("no such series");
    expect(await of({ name: "__proto__" })).toBe("no such series");
    expect(await of({})).toBe("latency: 2 series\nrequests: 1 series");
    expect(await ask([], "query_metrics", {})).toBe("no metrics were read");
  });

  it("is bounded", async () => {
    const many = Array.from({ length: 900 }, (_, at) => ({
      name: "x",
      labels: { pod: `p${at}` },
      points: [[1, at] as [number, number]],
    }));
    const lines = (await ask([], "query_metrics", { name: "x", most: 7 }, { metrics: many })).split("\n");
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe("893 more are left out; ask with labels");
    const names = many.map((series, at) => ({ ...series, name: `n${at}` }));
    expect((await ask([], "query_metrics", {}, { metrics: names })).split("\n")).toHaveLength(101);
  });
});

describe("read_pod_logs as templates", () => {
  it("tells the kinds of lines, redacted before they are cut", async () => {
    const lines = [...Array.from({ length: 500 }, (_, at) => `GET /items/${at} 200`), `login with ${canary} failed`];
    const cluster = createReadCluster({ logs: { "web-1/main": lines } });
    const box = createToolbox({ cluster, namespace: "shop", snapshot: aSnapshot([]), redact: createRedactor() });
    const text = await box.call("read_pod_logs", { pod: "web-1", container: "main", template: true });
    expect(text.split("\n").slice(1)).toEqual([
      "500 times, lines 1 to 500: GET /items/<n> <n> | latest: GET /items/499 200",
      expect.stringMatching(/^line 501: login with \[redacted:[0-9a-f]{10}\] failed$/),
    ]);
  });
});

/** A call of each tool that finds what `world` holds. */
const answered: readonly [name: string, input: object][] = [
  ["list_objects", { kind: "Pod" }],
  ["read_object", { kind: "Pod", name: "web-1" }],
  ["get_events", {}],
  ["get_changes", {}],
  ["get_dependencies", { kind: "Deployment", name: "web" }],
  ["explain_scheduling", { pod: "web-1" }],
  ["check_network_path", { from: "web-1", service: "web", port: 80 }],
  ["query_metrics", { name: "requests" }],
];

/** Objects of a namespace that all say the same word, where a person or a program could have put it. */
function world(namespace: string, word: string): Pick<Snapshot, "objects" | "events" | "metrics" | "changes"> {
  const of = { namespace, creationTimestamp: after(-600) };
  const pod = anObject(
    "v1",
    "Pod",
    { ...of, name: "web-1", labels: { app: "web" }, annotations: { note: word } },
    {
      spec: { containers: [{ name: "web" }] },
      status: { conditions: [aCondition("PodScheduled", "False", "Unschedulable", `0/1 nodes: ${word}`)] },
    },
  );
  return {
    objects: [
      pod,
      anObject("v1", "Service", { ...of, name: "web" }, { spec: { selector: { app: word }, ports: [{ port: 80 }] } }),
      { ...aConfigMap(word), metadata: { ...of, name: word } },
      anObject("v1", "Pod", { ...of, name: word }),
      anObject(
        "apps/v1",
        "Deployment",
        { ...of, name: "web" },
        { spec: { template: { spec: { containers: [{ env: [{ name: "A", value: `http://${word}:80` }] }] } } } },
      ),
      anObject("v1", "Service", { ...of, name: word }),
    ],
    events: [{ ...anEvent(pod, word), metadata: { name: "e", namespace } }],
    changes: [{ at: after(-60), kind: "flag", summary: word, object: { kind: "Pod", namespace, name: "web-1" } }],
    metrics: [
      {
        name: "requests",
        labels: { namespace, source_workload: "web", destination_workload: word },
        points: [
          [1, 1],
          [2, 2],
        ],
      },
    ],
  };
}

describe("every tool", () => {
  it.each(answered)("%s lets no secret out", async (name, input) => {
    const text = await ask([], name, input, world("shop", canary));
    expect(text).toContain("[redacted:");
    expect(text).not.toContain(canary);
  });

  it.each(answered)("%s shows nothing of another namespace", async (name, input) => {
    const bank = world("bank", "vault");
    const text = await ask([], name, input, { ...bank, events: [...bank.events, ...foreignEvents] });
    expect(text).not.toMatch(/vault|bank/);
    const mine = await ask([], name, input, world("shop", "vault"));
    expect(mine).toContain("vault");
  });

  it.each(answered)(
    "%s takes no namespace, no odd input, and says in one sentence which field is wrong",
    async (name, input) => {
      expect(await ask([], name, { ...input, namespace: "bank" })).toBe("input refused: namespace: unknown key");
      for (const odd of [
        null,
        7,
        "all",
        ["Pod"],
        { [`k${"x".repeat(1_000_000)}`]: 1 },
        { kind: "x".repeat(1_000_000) },
      ]) {
        const text = await ask([], name, odd);
        expect(text).toMatch(/^input refused: /);
        expect(text.length).toBeLessThan(800);
        expect(text).not.toContain("\n");
      }
    },
  );

  it.each<[string, object, string]>([
    ["get_events", { name: "../../secrets" }, "name: expected a name as listed by list_objects"],
    ["get_events", { most: 1e9 }, "most: "],
    ["get_events", { kind: "Secret" }, "kind: "],
    ["get_changes", { kind: "Pod" }, "name: kind and name go together"],
    ["get_changes", { until: "yesterday" }, "until: "],
    ["get_dependencies", { kind: "ConfigMap", name: "x" }, "kind: "],
    ["explain_scheduling", { pod: "x".repeat(1_000_000) }, "pod: "],
    ["check_network_path", { from: "web", service: "web.bank", port: 80 }, "service: expected the name alone"],
    ["check_network_path", { from: "web", service: "web", port: 70_000 }, "port: "],
    ["query_metrics", { labels: { a: 1 } }, "labels.a: "],
    [
      "query_metrics",
      { labels: Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`l${at}`, ""])) },
      "labels: at most 10 labels",
    ],
    ["read_pod_logs", { pod: "x", container: "y", template: "yes" }, "template: "],
  ])("%s refuses %j", async (name, input, says) => {
    expect(await ask([], name, input)).toContain(`input refused: ${says}`);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("does not know %s", async (name) => {
    expect(await ask([], name, {})).toBe(`no tool ${name}`);
    expect(await ask([], "read_object", { kind: name, name })).toContain("input refused: kind");
    expect(await ask([], "read_object", { kind: "Pod", name })).toBe(`no Pod ${name}`);
    expect(await ask([], "query_metrics", { labels: JSON.parse(`{"${name}":"x"}`) as object })).toBe(
      "no metrics were read",
    );
  });
});

const odds = [null, 7, "x", [], {}, [null, 7, { name: 7 }]] as const;

/** The same object once for each place in its spec and status and for each odd value that may stand there. */
function twisted(object: KubernetesObject): KubernetesObject[] {
  const places: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (path.length > 0) places.push(path);
    if (value === null || typeof value !== "object") return;
    for (const [key, entry] of Object.entries(value)) walk(entry, [...path, key]);
  };
  const { apiVersion, kind, metadata, ...rest } = object;
  walk(rest, []);
  return places.flatMap((path) =>
    odds.map((odd) => {
      const copy = structuredClone(rest) as Record<string | number, unknown>;
      let parent = copy;
      for (const key of path.slice(0, -1)) parent = parent[key] as typeof copy;
      parent[path.at(-1)!] = odd;
      return { ...copy, apiVersion, kind, metadata };
    }),
  );
}

describe("an object of the cluster that lacks its fields, or has others in their place,", () => {
  const pod = anObject(
    "v1",
    "Pod",
    { name: "web-1", labels: { app: "web" }, creationTimestamp: after(-600) },
    {
      spec: {
        containers: [
          { name: "web", ports: [{ name: "http", containerPort: 80 }], resources: { requests: { cpu: "1" } } },
        ],
        nodeSelector: { zone: "a" },
        tolerations: [{ key: "a", operator: "Exists" }],
        schedulingGates: [{ name: "wait" }],
        volumes: [{ persistentVolumeClaim: { claimName: "data" } }],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: "z", operator: "In", values: ["a"] }] }],
            },
          },
        },
      },
      status: {
        conditions: [
          aCondition("PodScheduled", "False", "Unschedulable", "0/1 nodes are available: 1 Insufficient cpu."),
        ],
      },
    },
  );
  const all = [
    pod,
    anObject(
      "v1",
      "Service",
      { name: "web" },
      { spec: { selector: { app: "web" }, clusterIP: "10.0.0.1", ports: [{ port: 80, targetPort: "http" }] } },
    ),
    anObject(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      { name: "p" },
      {
        spec: {
          podSelector: { matchLabels: { app: "web" } },
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }], ports: [{ port: 80, endPort: 90 }] }],
        },
      },
    ),
    aClusterObject("v1", "Node", "node-1", {
      spec: { taints: [{ key: "a", value: "b", effect: "NoSchedule", timeAdded: after(-60) }] },
      status: { allocatable: { cpu: "1", pods: "3" } },
    }),
    aDeployment({ metadata: { name: "web" } }),
    aReplicaSet(8),
    anEvent(pod, "x", { count: 3, series: { count: 3 } }),
  ];

  it.each(all.map((object) => [object.kind, object] as const))("%s, makes no tool fail", async (_kind, object) => {
    const others = all.filter((entry) => entry !== object);
    for (const odd of twisted(object))
      for (const [name, input] of answered)
        expect(await ask([...others, odd], name, input)).not.toMatch(/undefined|\[object|NaN/);
  });
});
