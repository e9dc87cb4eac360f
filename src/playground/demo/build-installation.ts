import { stringify } from "yaml";
import type { World } from "../slack/index.js";

/** `KUBECLAW_CONFIG` for the people and channels of a local Slack, over the namespaces of a scenario. Pure. */
export function buildInstallation(world: World, cluster: string, namespaces: readonly string[]): string {
  const alerts = world.channels.find(({ watch }) => watch) ?? world.channels[0];
  const approvers = world.roles["approver"] ?? [];
  return stringify({
    version: 1,
    cluster,
    channels: world.channels.map(({ id, watch }) => ({ id, watch, namespaces: [...namespaces] })),
    roles: world.roles,
    namespaces: Object.fromEntries(namespaces.map((name) => [name, { environment: "production", approvers }])),
    routes: [{ match: {}, channel: alerts?.id ?? "" }],
  });
}
