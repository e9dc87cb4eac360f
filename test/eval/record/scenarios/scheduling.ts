import { all, phase, ready, unschedulable } from "../checks.js";
import { failing } from "../expect.js";
import {
  claim,
  claimVolume,
  deployment,
  idles,
  job,
  mounted,
  pod,
  service,
  statefulSet,
  storageClass,
  volume,
} from "../manifests.js";
import type { Scenario } from "../scenario.js";

const asks = (requests: Record<string, string>, limits = {}) => idles({ resources: { requests, limits } });
const required = (term: object) => ({ requiredDuringSchedulingIgnoredDuringExecution: term });
const beside = (app: string, topologyKey = "kubernetes.io/hostname") => [
  { labelSelector: { matchLabels: { app } }, topologyKey },
];

export const scheduling: readonly Scenario[] = [
  {
    name: "scheduling/cpu",
    title: "A pod asks for more CPU than any node has",
    split: "tuned",
    objects: [deployment("encoder", pod([asks({ cpu: "48" })]))],
    until: unschedulable,
    expect: failing("insufficient-cpu", "Deployment/encoder"),
  },
  {
    name: "scheduling/memory-statefulset",
    title: "A StatefulSet's pod asks for more memory than any node has",
    split: "held-out",
    objects: [service("analytics", 80), statefulSet("analytics", pod([asks({ memory: "900Gi" })]))],
    until: unschedulable,
    expect: failing("insufficient-memory", "StatefulSet/analytics"),
  },
  {
    name: "scheduling/gpu-job",
    title: "A Job asks for a graphics card that no node offers",
    split: "tuned",
    objects: [job("train", pod([asks({ cpu: "5m", "nvidia.com/gpu": "1" }, { "nvidia.com/gpu": "1" })]))],
    until: unschedulable,
    expect: failing("insufficient-extended-resource", "Job/train"),
  },
  {
    name: "scheduling/ephemeral-storage",
    title: "A pod asks for more scratch space than any node has",
    split: "held-out",
    objects: [deployment("unpacker", pod([asks({ "ephemeral-storage": "90Ti" })]))],
    until: unschedulable,
    expect: failing("insufficient-ephemeral-storage", "Deployment/unpacker"),
  },
  {
    name: "scheduling/node-selector",
    title: "The nodeSelector asks for a label that no node has",
    split: "tuned",
    objects: [deployment("index", pod([idles()], { nodeSelector: { disktype: "nvme" } }))],
    until: unschedulable,
    expect: failing("node-selector-mismatch", "Deployment/index"),
  },
  {
    name: "scheduling/node-affinity",
    title: "The node affinity asks for a zone that no node is in",
    split: "held-out",
    objects: [
      deployment(
        "edge",
        pod([idles()], {
          affinity: {
            nodeAffinity: required({
              nodeSelectorTerms: [
                {
                  matchExpressions: [{ key: "topology.kubernetes.io/zone", operator: "In", values: ["eu-central-1c"] }],
                },
              ],
            }),
          },
        }),
      ),
    ],
    until: unschedulable,
    expect: failing("node-affinity-mismatch", "Deployment/edge"),
  },
  {
    name: "scheduling/anti-affinity",
    title: "Two replicas must be on different nodes, and there is one",
    split: "tuned",
    objects: [
      deployment("session", pod([idles()], { affinity: { podAntiAffinity: required(beside("session")) } }), {
        replicas: 2,
      }),
    ],
    until: all(ready(1), unschedulable),
    expect: failing("pod-anti-affinity-unsatisfied", "Deployment/session"),
  },
  {
    name: "scheduling/existing-anti-affinity",
    title: "A running pod wants no pod of the new workload beside it",
    split: "held-out",
    objects: [deployment("trading", pod([idles()], { affinity: { podAntiAffinity: required(beside("batch")) } }))],
    first: ready(1, "trading"),
    change: [{ apply: [deployment("batch", pod([idles()]))] }],
    until: unschedulable,
    expect: failing("existing-pod-anti-affinity", ["Deployment/batch", "Deployment/trading"]),
  },
  {
    name: "scheduling/pod-affinity",
    title: "The pod must be beside a cache that runs nowhere",
    split: "tuned",
    objects: [deployment("feed", pod([idles()], { affinity: { podAffinity: required(beside("feed-cache")) } }))],
    until: unschedulable,
    expect: failing("pod-affinity-unsatisfied", "Deployment/feed"),
  },
  {
    name: "scheduling/topology-spread",
    title: "Pods must spread over zones, and no node says which zone it is in",
    split: "held-out",
    objects: [
      deployment(
        "profile",
        pod([idles()], {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "topology.kubernetes.io/zone",
              whenUnsatisfiable: "DoNotSchedule",
              labelSelector: { matchLabels: { app: "profile" } },
            },
          ],
        }),
      ),
    ],
    until: unschedulable,
    expect: failing("topology-spread-unsatisfied", "Deployment/profile"),
  },
  {
    name: "scheduling/host-port",
    title: "Two replicas want the same port of the one node",
    split: "tuned",
    objects: [
      deployment("proxy", pod([idles({ ports: [{ containerPort: 8080, hostPort: 18_231 }] })]), { replicas: 2 }),
    ],
    until: all(ready(1), unschedulable),
    expect: failing("host-port-conflict", "Deployment/proxy"),
  },
  {
    name: "scheduling/gate",
    title: "A scheduling gate was never lifted",
    split: "tuned",
    objects: [deployment("pipeline", pod([idles()], { schedulingGates: [{ name: "example.com/capacity-reserved" }] }))],
    until: unschedulable,
    expect: failing("scheduling-gated", "Deployment/pipeline"),
  },
  {
    name: "scheduling/volume-elsewhere",
    title: "The claim's volume lies on a node that is gone",
    split: "held-out",
    cluster: [
      storageClass("local-{namespace}"),
      volume("disk-{namespace}", "local-{namespace}", "5Gi", {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["worker-3"] }] },
            ],
          },
        },
      }),
    ],
    objects: [
      claim("store", "1Gi", { storageClassName: "local-{namespace}" }),
      deployment("store", pod([idles(mounted("/data"))], claimVolume("store"))),
    ],
    until: unschedulable,
    expect: failing("volume-node-affinity-conflict", [
      "PersistentVolumeClaim/store",
      "Deployment/store",
      "PersistentVolume/disk-{namespace}",
    ]),
  },
  {
    name: "scheduling/cordoned",
    title: "The only node is cordoned, a rollout cannot place its pods",
    split: "tuned",
    alone: true,
    objects: [deployment("invoice", pod([idles()]), { replicas: 2 })],
    first: ready(2),
    change: [{ kubectl: ["cordon", "kubeclaw-node"] }, { kubectl: ["scale", "deployment/invoice", "--replicas=4"] }],
    restore: [["uncordon", "kubeclaw-node"]],
    until: unschedulable,
    seconds: 75,
    expect: failing("node-cordoned", "Node/kubeclaw-node", { suffers: ["Deployment/invoice"] }),
  },
  {
    name: "scheduling/tainted",
    title: "The only node has a taint that the pods do not tolerate",
    split: "tuned",
    alone: true,
    objects: [],
    change: [
      { kubectl: ["taint", "node", "kubeclaw-node", "dedicated=gpu:NoSchedule", "--overwrite"] },
      { apply: [deployment("frontend", pod([idles()]))] },
    ],
    restore: [["taint", "node", "kubeclaw-node", "dedicated-"]],
    until: unschedulable,
    seconds: 75,
    expect: failing("taint-not-tolerated", ["Node/kubeclaw-node", "Deployment/frontend"], {
      suffers: ["Deployment/frontend"],
    }),
  },
  {
    name: "scheduling/selector-and-taint",
    title: "A toleration is missing for the one node that has the wanted label",
    split: "held-out",
    alone: true,
    objects: [],
    change: [
      { kubectl: ["taint", "node", "kubeclaw-node", "team=data:NoSchedule", "--overwrite"] },
      { apply: [deployment("etl", pod([idles()], { nodeSelector: { "kubernetes.io/os": "linux" } }))] },
    ],
    restore: [["taint", "node", "kubeclaw-node", "team-"]],
    until: unschedulable,
    seconds: 75,
    expect: failing("taint-not-tolerated", ["Node/kubeclaw-node", "Deployment/etl"], {
      suffers: ["Deployment/etl"],
      never: ["node-selector-mismatch"],
    }),
  },
  {
    name: "scheduling/evicted-by-kubelet",
    title: "A pod writes more than its scratch space limit and is evicted again and again",
    split: "tuned",
    objects: [
      deployment(
        "thumbnails",
        pod([
          idles({
            command: [
              "sh",
              "-c",
              "for part in 1 2 3 4 5 6 7 8; do dd if=/dev/zero of=/tmp/part-$part bs=1M count=20 2>/dev/null; sleep 2; done; sleep 3600",
            ],
            readinessProbe: { exec: { command: ["test", "-f", "/tmp/all-parts"] }, periodSeconds: 5 },
            resources: { requests: { cpu: "5m" }, limits: { "ephemeral-storage": "40Mi" } },
          }),
        ]),
      ),
    ],
    until: phase("Failed"),
    expect: failing("pod-evicted", "Deployment/thumbnails"),
  },
];
