import { all, crashed, event, ready, status, unschedulable } from "../checks.js";
import { failing, likely } from "../expect.js";
import {
  claim,
  claimVolume,
  deployment,
  idles,
  job,
  mounted,
  pod,
  prints,
  runs,
  service,
  serves,
  statefulSet,
  storageClass,
  volume,
} from "../manifests.js";
import type { Scenario } from "../scenario.js";

const own = "static-{namespace}";
const disk = "disk-{namespace}";
const ofClass = { storageClassName: own };
const uses = (name: string, claimName = name) =>
  deployment(name, pod([idles(mounted("/data"))], claimVolume(claimName)));
const pending = status("v1", "PersistentVolumeClaim", "phase", "Pending");

export const storage: readonly Scenario[] = [
  {
    name: "storage/class-missing",
    title: "A claim names a StorageClass that does not exist",
    split: "tuned",
    objects: [claim("uploads", "1Gi", { storageClassName: "fast-ssd" }), uses("uploads")],
    until: all(pending, unschedulable),
    expect: failing("storageclass-not-found", "PersistentVolumeClaim/uploads", { suffers: ["Deployment/uploads"] }),
  },
  {
    name: "storage/claim-missing",
    title: "A pod refers to a claim that nobody made",
    split: "tuned",
    objects: [uses("media", "media-files")],
    until: unschedulable,
    expect: failing("pvc-not-found", ["Deployment/media", "PersistentVolumeClaim/media-files"]),
  },
  {
    name: "storage/claim-misspelt-job",
    title: "A Job refers to a claim by a name with two letters exchanged",
    split: "held-out",
    objects: [claim("backups", "1Gi"), job("backup", pod([idles(mounted("/data"))], claimVolume("bakcups")))],
    until: unschedulable,
    expect: failing("pvc-not-found", ["Job/backup", "PersistentVolumeClaim/bakcups"]),
  },
  {
    name: "storage/volume-too-small",
    title: "The only volume of the class is smaller than the claim",
    split: "tuned",
    cluster: [storageClass(own), volume(disk, own, "5Gi")],
    objects: [claim("warehouse", "50Gi", ofClass), uses("warehouse")],
    until: all(pending, unschedulable),
    expect: failing("pv-capacity-too-small", "PersistentVolumeClaim/warehouse", { suffers: ["Deployment/warehouse"] }),
  },
  {
    name: "storage/access-mode",
    title: "The claim wants to be shared, the only volume is for one node",
    split: "held-out",
    cluster: [storageClass(own), volume(disk, own, "5Gi")],
    objects: [claim("shared", "1Gi", { ...ofClass, accessModes: ["ReadWriteMany"] }), uses("shared")],
    until: all(pending, unschedulable),
    expect: failing("pv-access-mode-mismatch", "PersistentVolumeClaim/shared", { suffers: ["Deployment/shared"] }),
  },
  {
    name: "storage/selector",
    title: "The claim selects volumes by a label that the only volume lacks",
    split: "tuned",
    cluster: [storageClass(own), volume(disk, own, "5Gi")],
    objects: [claim("tiles", "1Gi", { ...ofClass, selector: { matchLabels: { tier: "gold" } } }), uses("tiles")],
    until: all(pending, unschedulable),
    expect: failing("pv-selector-mismatch", "PersistentVolumeClaim/tiles", { suffers: ["Deployment/tiles"] }),
  },
  {
    name: "storage/volume-taken",
    title: "The volume that the claim names is bound to another claim",
    split: "held-out",
    cluster: [storageClass(own), volume(disk, own, "5Gi")],
    objects: [claim("first", "1Gi", { ...ofClass, volumeName: disk })],
    first: status("v1", "PersistentVolumeClaim", "phase", "Bound"),
    change: [{ apply: [claim("second", "1Gi", { ...ofClass, volumeName: disk }), uses("second")] }],
    until: all(pending, unschedulable),
    expect: failing("pv-already-bound", "PersistentVolumeClaim/second", { suffers: ["Deployment/second"] }),
  },
  {
    name: "storage/provisioner-away",
    title: "Nobody runs the provisioner of the claim's class",
    split: "tuned",
    cluster: [storageClass(own, { provisioner: "disks.csi.example.com" })],
    objects: [claim("journal", "1Gi", ofClass), uses("journal")],
    until: all(pending, unschedulable, event("ExternalProvisioning")),
    seconds: 150,
    expect: likely("volume-provisioner-down", ["PersistentVolumeClaim/journal", `StorageClass/${own}`], {
      suffers: ["Deployment/journal"],
    }),
  },
  {
    name: "storage/no-class-no-volume",
    title: "The claim asks for no class at all, and there is no volume without one",
    split: "tuned",
    objects: [claim("legacy", "1Gi", { storageClassName: "" }), uses("legacy")],
    until: all(pending, unschedulable),
    seconds: 150,
    expect: failing("no-default-storageclass", "PersistentVolumeClaim/legacy", { suffers: ["Deployment/legacy"] }),
  },
  {
    name: "storage/volume-lost",
    title: "The volume behind a bound claim was deleted",
    split: "tuned",
    cluster: [storageClass(own), volume(disk, own, "5Gi")],
    objects: [claim("photos", "1Gi", ofClass)],
    first: status("v1", "PersistentVolumeClaim", "phase", "Bound"),
    change: [
      { kubectl: ["delete", "persistentvolume", disk, "--wait=false"] },
      { kubectl: ["patch", "persistentvolume", disk, "--type=merge", '--patch={"metadata":{"finalizers":null}}'] },
      { apply: [uses("photos")] },
    ],
    until: all(status("v1", "PersistentVolumeClaim", "phase", "Lost"), unschedulable),
    expect: failing("pvc-lost", "PersistentVolumeClaim/photos", { suffers: ["Deployment/photos"] }),
  },
  {
    name: "storage/mount-fails",
    title: "The node cannot mount a volume of a network file system",
    split: "held-out",
    objects: [
      deployment(
        "docs",
        pod([idles(mounted("/data"))], {
          volumes: [{ name: "data", nfs: { server: "10.88.0.250", path: "/exports/docs" } }],
        }),
      ),
    ],
    until: event("FailedMount"),
    expect: failing("volume-mount-failed", "Deployment/docs"),
  },
  {
    name: "storage/permission-denied",
    title: "The container's user may not write to its claim",
    split: "tuned",
    objects: [
      claim("exports", "1Gi"),
      deployment(
        "exporter",
        pod([runs(`require("node:fs").writeFileSync("/data/today.csv", "a");`, mounted("/data"))], {
          ...claimVolume("exports"),
          initContainers: [
            runs("", {
              name: "seal",
              command: ["sh", "-c", "chown 0:0 /data && chmod 0700 /data"],
              securityContext: { runAsUser: 0 },
              ...mounted("/data"),
            }),
          ],
        }),
      ),
    ],
    until: crashed(),
    expect: likely("volume-permission-denied", "Deployment/exporter"),
  },
  {
    name: "storage/root-file-system-read-only",
    title: "The program writes beside itself, its root file system is read-only",
    split: "held-out",
    objects: [
      deployment(
        "render",
        pod([
          runs(`require("node:fs").mkdirSync("/app/cache");`, { securityContext: { readOnlyRootFilesystem: true } }),
        ]),
      ),
    ],
    until: crashed(),
    expect: likely("filesystem-read-only", "Deployment/render"),
  },
  {
    name: "storage/shared-memory-full",
    title: "The program fills the 64 MiB of shared memory that a container gets",
    split: "tuned",
    objects: [
      deployment(
        "browser",
        pod([
          idles({
            command: [
              "sh",
              "-c",
              "echo rendering; sleep 1; dd if=/dev/zero of=/dev/shm/frame-1 bs=1M count=80 status=none",
            ],
            resources: { requests: { cpu: "5m" } },
          }),
        ]),
      ),
    ],
    until: crashed(),
    expect: likely("shm-full", "Deployment/browser"),
  },
  {
    name: "storage/scratch-full",
    title: "An emptyDir of a few megabytes is full",
    split: "held-out",
    objects: [
      deployment(
        "transcode",
        pod(
          [
            runs(`require("node:fs").writeFileSync("/cache/part-1", Buffer.alloc(8 << 20));`, {
              volumeMounts: [{ name: "cache", mountPath: "/cache" }],
              resources: { requests: { cpu: "5m" } },
            }),
          ],
          { volumes: [{ name: "cache", emptyDir: { medium: "Memory", sizeLimit: "2Mi" } }] },
        ),
      ),
    ],
    until: crashed(),
    expect: likely(["ephemeral-storage-full", "volume-full"], "Deployment/transcode"),
  },
  {
    name: "storage/claim-full-postgres",
    title: "A database cannot write its log: the volume of its claim is full",
    split: "tuned",
    objects: [
      service("accounts-db", 5432),
      statefulSet(
        "accounts-db",
        pod(
          [
            prints(
              [
                "2026-04-02 09:58:01.112 UTC [1] LOG:  starting PostgreSQL 16.4 on x86_64-pc-linux-gnu",
                "2026-04-02 09:58:01.207 UTC [29] LOG:  database system was interrupted; last known up at 2026-04-02 09:57:40 UTC",
                '2026-04-02 09:58:01.391 UTC [29] FATAL:  could not write to file "/var/lib/postgresql/data/pg_wal/xlogtemp.29": No space left on device',
                "2026-04-02 09:58:01.402 UTC [1] LOG:  startup process (PID 29) exited with exit code 1",
                "2026-04-02 09:58:01.403 UTC [1] LOG:  aborting startup due to startup process failure",
              ],
              1,
              mounted("/var/lib/postgresql/data"),
            ),
          ],
          {},
        ),
        {
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
            },
          ],
        },
      ),
    ],
    until: crashed(),
    expect: likely("volume-full", ["StatefulSet/accounts-db", "PersistentVolumeClaim/data-accounts-db-0"]),
  },
  {
    name: "storage/dependency-of-claim",
    title: "An API cannot start because its database waits for a claim that no volume fits",
    split: "tuned",
    cluster: [storageClass(own), volume(disk, own, "5Gi")],
    objects: [
      claim("tickets-db", "200Gi", ofClass),
      service("tickets-db", 5432),
      uses("tickets-db"),
      deployment(
        "tickets",
        pod([
          runs(
            `require("node:net").connect(5432, "tickets-db").on("error", (error) => { console.error("cannot reach database: " + error.message); process.exit(1); });`,
          ),
        ]),
      ),
    ],
    until: all(pending, unschedulable, crashed()),
    expect: failing("pv-capacity-too-small", "PersistentVolumeClaim/tickets-db", {
      suffers: ["Deployment/tickets-db", "Deployment/tickets"],
    }),
  },
  {
    name: "storage/mounted-and-well-but-waiting",
    title: "A second claim of a working application waits for a class that was renamed",
    split: "held-out",
    objects: [
      deployment("wiki", pod([serves()])),
      claim("wiki-attachments", "1Gi", { storageClassName: "premium" }),
      uses("wiki-search", "wiki-attachments"),
    ],
    first: ready(1, "wiki"),
    until: all(pending, unschedulable),
    expect: failing("storageclass-not-found", "PersistentVolumeClaim/wiki-attachments", {
      suffers: ["Deployment/wiki-search"],
    }),
  },
];
