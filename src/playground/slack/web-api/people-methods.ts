import * as z from "zod";
import type { User, Workspace } from "../state/workspace.js";
import { defineMethod, Flag, page, SlackRefusal, WholeNumber, type Method } from "./method.js";

/** The user object of docs.slack.dev, reference/objects/user-object. */
function presentUser(user: User, workspace: Workspace) {
  const { id, name, realName, title = "", team, deactivated, guest, bot, admin, stranger, botId, appId } = user;
  return {
    id,
    team_id: team,
    name,
    deleted: deactivated,
    color: "4bbe2e",
    real_name: realName,
    tz: "Etc/UTC",
    tz_label: "Coordinated Universal Time",
    tz_offset: 0,
    profile: {
      title,
      real_name: realName,
      real_name_normalized: realName,
      display_name: name,
      display_name_normalized: name,
      team,
      ...(bot ? { bot_id: botId, api_app_id: appId ?? "" } : {}),
    },
    is_admin: admin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: guest,
    is_ultra_restricted: false,
    is_bot: bot,
    is_app_user: false,
    updated: 1_700_000_000,
    ...(stranger || team !== workspace.world.team.id ? { is_stranger: true } : {}),
  };
}

/** People and user groups (docs.slack.dev, reference/methods/users.*, usergroups.*). */
export const peopleMethods: Record<string, Method> = {
  "users.info": defineMethod({
    scopes: ["users:read"],
    arguments: z.looseObject({ user: z.string() }),
    run({ user: id }, { workspace }) {
      const user = workspace.users.get(id);
      if (user === undefined) throw new SlackRefusal("user_not_found");
      return { user: presentUser(user, workspace) };
    },
  }),

  "users.list": defineMethod({
    scopes: ["users:read"],
    arguments: z.looseObject({ limit: WholeNumber.optional(), cursor: z.string().optional() }),
    run(paging, { workspace }) {
      const { items, response_metadata } = page([...workspace.users.values()], paging);
      return { members: items.map((user) => presentUser(user, workspace)), cache_ts: 1_700_000_000, response_metadata };
    },
  }),

  "usergroups.list": defineMethod({
    scopes: ["usergroups:read"],
    arguments: z.looseObject({
      include_users: Flag.optional(),
      include_count: Flag.optional(),
      include_disabled: Flag.optional(),
    }),
    run: ({ include_users = false, include_count = false, include_disabled = false }, { workspace }) => ({
      usergroups: [...workspace.groups.values()]
        .filter(({ disabled }) => include_disabled || !disabled)
        .map(({ id, handle, name, disabled, members }) => ({
          id,
          team_id: workspace.world.team.id,
          is_usergroup: true,
          is_subteam: true,
          name,
          description: "",
          handle,
          is_external: false,
          date_create: 1_700_000_000,
          date_update: 1_700_000_000,
          date_delete: disabled ? 1_700_000_000 : 0,
          auto_type: null,
          prefs: { channels: [], groups: [] },
          ...(include_users ? { users: [...members] } : {}),
          ...(include_count ? { user_count: members.size } : {}),
        })),
    }),
  }),

  "usergroups.users.list": defineMethod({
    scopes: ["usergroups:read"],
    arguments: z.looseObject({ usergroup: z.string(), include_disabled: Flag.optional() }),
    run({ usergroup, include_disabled = false }, { workspace }) {
      const group = workspace.groups.get(usergroup);
      if (group === undefined) throw new SlackRefusal("no_such_subteam");
      if (group.disabled && !include_disabled) throw new SlackRefusal("subteam_disabled");
      return { users: [...group.members] };
    },
  }),
};
