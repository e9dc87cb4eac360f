import type { Installation } from "./installation.js";

export type Role = "viewer" | "operator" | "approver" | "admin";

const order: readonly Role[] = ["viewer", "operator", "approver", "admin"];

/** User and group ids that hold a role, those of the higher roles included. "*" is everybody. */
export function holdersOf(installation: Installation, role: Role): string[] {
  return order.slice(order.indexOf(role)).flatMap((each) => installation.roles[each]);
}

/** The narrower list of who approves in a namespace; undefined where the namespace sets none. */
export function namespaceApprovers(installation: Installation, namespace: string): readonly string[] | undefined {
  return (installation.namespaces[namespace] ?? installation.namespaces["*"])?.approvers;
}

/** A namespace that says nothing is production. */
export function environmentOf(installation: Installation, namespace: string): "production" | "staging" | "sandbox" {
  return (installation.namespaces[namespace] ?? installation.namespaces["*"])?.environment ?? "production";
}

/** The channel's entry, where it is listed. */
export function channelOf(installation: Installation, channel: string): Installation["channels"][number] | undefined {
  return installation.channels.find((entry) => entry.id === channel);
}

/** May this channel ask about that namespace? */
export function channelAllows(channel: Installation["channels"][number], namespace: string): boolean {
  return channel.namespaces.includes("*") || channel.namespaces.includes(namespace);
}
