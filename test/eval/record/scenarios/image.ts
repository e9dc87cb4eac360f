import { all, ready, waiting } from "../checks.js";
import { failing } from "../expect.js";
import { cronJob, deployment, idles, pod, redis, service, serves, statefulSet, web } from "../manifests.js";
import type { Scenario } from "../scenario.js";

const pulls = waiting("ErrImagePull", "ImagePullBackOff");
const from = (image: string, over = {}) => pod([idles({ image, command: undefined, ...over })]);

export const image: readonly Scenario[] = [
  {
    name: "image/tag-missing-after-rollout",
    title: "A rollout to a tag that does not exist; the revision before still serves",
    split: "tuned",
    objects: [
      service("checkout", 8080),
      deployment("checkout", pod([serves({ image: web, command: undefined })]), { replicas: 2 }),
    ],
    first: ready(2),
    change: [{ kubectl: ["set", "image", "deployment/checkout", "app=registry.local/shop/checkout:1.9.3"] }],
    until: pulls,
    object: "Deployment/checkout",
    expect: failing("image-not-found", "Deployment/checkout"),
  },
  {
    name: "image/tag-missing-statefulset",
    title: "A StatefulSet's image has a tag that was never pushed",
    split: "held-out",
    objects: [service("sessions", 6379), statefulSet("sessions", from("docker.io/library/redis:99.1"))],
    until: pulls,
    expect: failing("image-not-found", "StatefulSet/sessions"),
  },
  {
    name: "image/private-repository",
    title: "The registry answers that the repository is missing or private, and there is no pull secret",
    split: "tuned",
    objects: [deployment("insights", from("docker.io/acme-internal/insights:4.2"))],
    until: pulls,
    expect: failing("image-pull-unauthorized", "Deployment/insights"),
  },
  {
    name: "image/registry-host-unknown",
    title: "The host name of the registry does not exist",
    split: "tuned",
    objects: [deployment("quotes", from("registry.corp.invalid/quotes:1.0.0"))],
    until: all(pulls),
    expect: failing("registry-dns-failure", "Deployment/quotes"),
  },
  {
    name: "image/registry-refuses-connections",
    title: "Nothing listens at the address of the registry",
    split: "held-out",
    objects: [deployment("labels", from("127.0.0.1:5999/labels:1.0.0"))],
    until: pulls,
    expect: failing("registry-unreachable", "Deployment/labels"),
  },
  {
    name: "image/name-malformed",
    title: "The image's name has capital letters",
    split: "tuned",
    objects: [deployment("storefront", from("registry.local/Shop/Storefront:2.0"))],
    until: waiting("InvalidImageName"),
    expect: failing("invalid-image-name", "Deployment/storefront"),
  },
  {
    name: "image/never-pulled",
    title: "The pull policy is Never and the node does not have the image",
    split: "tuned",
    objects: [deployment("local", from("registry.local/shop/local:dev", { imagePullPolicy: "Never" }))],
    until: waiting("ErrImageNeverPull"),
    expect: failing("image-pull-policy-never", "Deployment/local"),
  },
  {
    name: "image/init-container",
    title: "The image of an init container has a tag that does not exist",
    split: "held-out",
    objects: [
      deployment(
        "members",
        pod([idles()], {
          initContainers: [idles({ name: "migrate", image: "registry.local/shop/checkout:migrations-7" })],
        }),
      ),
    ],
    until: pulls,
    expect: failing("image-not-found", "Deployment/members"),
  },
  {
    name: "image/sidecar",
    title: "One of two containers has an image that does not exist, the other runs",
    split: "held-out",
    objects: [
      deployment("assets", pod([serves(), idles({ name: "metrics", image: "registry.local/shop/catalog:0.0.1" })])),
    ],
    until: pulls,
    expect: failing("image-not-found", "Deployment/assets"),
  },
  {
    name: "image/cron-job",
    title: "Every run of a CronJob waits for an image that does not exist",
    split: "held-out",
    objects: [cronJob("nightly", from("registry.local/shop/checkout:nightly"), { concurrencyPolicy: "Forbid" })],
    until: pulls,
    seconds: 120,
    expect: failing("image-not-found", "CronJob/nightly"),
  },
  {
    name: "image/cache-takes-its-clients-down",
    title: "The cache's image does not exist, and the API that needs the cache crashes",
    split: "tuned",
    objects: [
      service("cache", 6379),
      deployment("cache", from(`${redis.slice(0, -3)}7.44`)),
      deployment(
        "api",
        pod([
          idles({
            command: [
              "node",
              "-e",
              `require("node:net").connect(6379, "cache").on("error", (error) => { console.error("Redis: " + error.message); process.exit(1); });`,
            ],
          }),
        ]),
      ),
    ],
    until: all(pulls, waiting("CrashLoopBackOff")),
    expect: failing("image-not-found", "Deployment/cache", { suffers: ["Deployment/api"] }),
  },
];
