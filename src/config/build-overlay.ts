import { stringify } from "yaml";
import { buildRedisUsers, type RedisUser, redisUsers } from "./redis-users.js";

const namespace = "kubeclaw-system";
const shippedImage = "ghcr.io/kubeclaw/kubeclaw";
const redisAddress = "kubeclaw-redis.kubeclaw-system.svc:6379";

/** What an installer decides, and what is made at random for them. */
export interface OverlayInput {
  /** The shipped overlay that it stands on, as a path from the new folder. */
  base: string;
  /** `repository@sha256:…` or `repository:tag`. */
  image: string;
  /** The text of `KUBECLAW_CONFIG`. */
  config: string;
  approval: { privateKey: string; publicKey: string };
  passwords: Readonly<Record<RedisUser, string>>;
  /** Further settings of each process, such as Slack's tokens. */
  settings: Readonly<Partial<Record<RedisUser, Readonly<Record<string, string>>>>>;
}

/** Kustomize wants the name, and either a digest or a tag. */
function imageRow(image: string) {
  const [name = "", digest] = image.split("@");
  if (digest !== undefined) return { name: shippedImage, newName: name, digest };
  const colon = image.lastIndexOf(":");
  return colon > image.lastIndexOf("/")
    ? { name: shippedImage, newName: image.slice(0, colon), newTag: image.slice(colon + 1) }
    : { name: shippedImage, newName: image };
}

function envFile(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/**
 * The files of one installation's overlay: its settings as generated Secrets and ConfigMaps (so that a change rolls the
 * pods), its Redis users, its keys, and its image in each of the three places that name one. Pure.
 * @returns text by file name; those that hold secrets are named `*.env`, `*.key` and `users.acl`.
 */
export function buildOverlay(input: OverlayInput): Map<string, string> {
  const { base, image, config, approval, passwords, settings } = input;
  const files = new Map<string, string>();
  for (const name of redisUsers) {
    const url = `redis://${name}:${passwords[name]}@${redisAddress}`;
    files.set(`${name}.env`, envFile({ REDIS_URL: url, ...settings[name] }));
  }
  files.set("config.yaml", config);
  files.set("approval.key", approval.privateKey);
  files.set("approval.pub", approval.publicKey);
  files.set("users.acl", buildRedisUsers(passwords));
  const secret = (name: RedisUser, more: object = {}) => ({
    name: `kubeclaw-${name}`,
    namespace,
    envs: [`${name}.env`],
    ...more,
  });
  files.set(
    "kustomization.yaml",
    stringify({
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      resources: [base],
      images: [imageRow(image)],
      secretGenerator: [
        secret("bot", { files: ["KUBECLAW_APPROVAL_KEY=approval.key"] }),
        secret("gateway"),
        secret("worker"),
        secret("controller"),
        { name: "kubeclaw-redis-users", namespace, files: ["users.acl"] },
      ],
      configMapGenerator: [
        { name: "kubeclaw-config", namespace, files: ["config.yaml"] },
        { name: "kubeclaw-keys", namespace, files: ["approval.pub"] },
      ],
      patches: [
        {
          target: { kind: "ConfigMap", name: "kubeclaw-image" },
          patch: stringify([{ op: "replace", path: "/data/image", value: image }]),
        },
        {
          target: { kind: "ValidatingAdmissionPolicy", name: "kubeclaw-worker-jobs" },
          patch: stringify([{ op: "replace", path: "/spec/variables/0/expression", value: `'${image}'` }]),
        },
      ],
    }),
  );
  return files;
}

/** The first `config.yaml` of an installation: nobody may do anything until its places are filled in. */
export function buildFirstConfig(cluster: string): string {
  return `# Who may ask, who may approve, and where. docs/spec/installation.md explains each key.
version: 1
cluster: ${JSON.stringify(cluster)}
channels: []
#  - {id: C0123456789, watch: true, namespaces: [shop]}   # alerts posted here are investigated
roles:
  viewer: ["*"]
  operator: []
  approver: []          # users (U…) or, better, user groups (S…); an empty list means nobody
  admin: []
namespaces: {}
#  shop: {environment: production, approvers: [S0123456789]}
`;
}
