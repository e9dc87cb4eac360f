import { GestureRefusal, personNamed, type Gestures } from "./person.js";

/** An admin changes who is in a user group; apps that asked for `subteam_members_changed` hear of it. */
export function changeGroup(
  { workspace, dispatcher }: Gestures,
  change: { group: string; members: readonly string[] },
): void {
  const group = [...workspace.groups.values()].find(({ id, handle }) => id === change.group || handle === change.group);
  if (group === undefined) throw new GestureRefusal(404, "group", `no user group "${change.group}"`);
  const before = group.members;
  group.members = new Set(change.members.map((name) => personNamed(workspace, name).id));
  const added = [...group.members].filter((id) => !before.has(id));
  const removed = [...before].filter((id) => !group.members.has(id));
  const team = workspace.world.team.id;
  const now = Math.floor(Date.now() / 1000);
  for (const app of workspace.apps.filter(({ events }) => events.includes("subteam_members_changed")))
    dispatcher.sendEvent(
      app,
      team,
      {
        type: "subteam_members_changed",
        subteam_id: group.id,
        team_id: team,
        date_previous_update: now,
        date_update: now,
        added_users: added,
        added_users_count: added.length,
        removed_users: removed,
        removed_users_count: removed.length,
        event_ts: workspace.messages.nextTs(),
      },
      false,
    );
}
