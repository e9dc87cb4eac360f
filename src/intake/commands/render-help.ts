import type { Role } from "../../config/index.js";

/** Every command with the least role that it needs. */
const lines: readonly { role: Role; text: string }[] = [
  {
    role: "viewer",
    text: "`/kubeclaw investigate deploy/checkout -n shop`: what is wrong with it, and what can be done",
  },
  { role: "viewer", text: "`/kubeclaw investigate -n shop`: the whole namespace" },
  { role: "viewer", text: "`/kubeclaw status [RUN]`: what runs, and how it ended" },
  { role: "viewer", text: "`/kubeclaw cancel RUN`: stops a run that you asked for" },
  { role: "operator", text: "`/kubeclaw cancel RUN`: stops any run" },
  {
    role: "operator",
    text: "`/kubeclaw mute deploy/checkout -n shop --for 2h`: its alerts start nothing; `mute` alone lists",
  },
  {
    role: "admin",
    text: "`/kubeclaw freeze [NAMESPACE]`: the kill switch, nothing is changed any more; `unfreeze` lifts it",
  },
  { role: "operator", text: "`/kubeclaw unmute deploy/checkout -n shop`: they do again" },
];

/** What one person may do in one channel, in lines. Pure. */
export function renderHelp(input: { roles: ReadonlySet<Role>; namespaces: readonly string[]; watch: boolean }): string {
  const { roles, namespaces, watch } = input;
  const shown = lines.filter(({ role, text }) => {
    const higher = lines.some((other) => other.role !== role && roles.has(other.role) && sameVerb(other.text, text));
    return roles.has(role) && (role !== "viewer" || !higher);
  });
  const about = namespaces.includes("*") ? "every namespace" : namespaces.join(", ") || "no namespace";
  return [
    ...shown.map(({ text }) => text),
    `This channel may ask about ${about}. A mention in a thread, and "Investigate this" on a message, ask about what is there.`,
    ...(watch ? ["Alerts that apps post here are investigated without asking."] : []),
  ].join("\n");
}

function sameVerb(one: string, other: string): boolean {
  return one.split(":")[0] === other.split(":")[0];
}
