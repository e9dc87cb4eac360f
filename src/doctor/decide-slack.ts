import { type Finding, findingsOf } from "./finding.js";
import type { SlackFacts } from "./ports.js";

const { ok, warning, failed } = findingsOf("slack");

/** The bot token's scopes, each for what it is needed; manifests/slack-manifest.yaml asks for the same. */
export const neededScopes: Readonly<Record<string, string>> = {
  "app_mentions:read": "mentions in threads",
  "channels:history": "alerts in watched public channels",
  "chat:write": "cards and their threads",
  commands: "/kubeclaw",
  "groups:history": "alerts in watched private channels",
  "im:history": "answering direct messages",
  "reactions:write": "the state of an alert, as a reaction",
  "usergroups:read": "who is in the approvers' group",
  "users:read": "whether a person is a guest, a bot or deactivated",
};

/** Whether the tokens are this app's, with the scopes that it needs. */
export function decideSlack(facts: SlackFacts, appId: string | undefined): Finding[] {
  const missing = Object.keys(neededScopes).filter((scope) => !facts.scopes.includes(scope));
  const more = facts.scopes.filter((scope) => !(scope in neededScopes));
  const scopes =
    missing.length > 0
      ? failed(
          "scopes",
          `missing: ${missing.map((scope) => `${scope} (${neededScopes[scope] ?? ""})`).join(", ")}`,
          "update the app from manifests/slack-manifest.yaml and install it again",
        )
      : more.length > 0
        ? warning(
            "scopes",
            `more than needed: ${more.join(", ")}`,
            "take them out of the app; it needs nothing of them",
          )
        : ok("scopes", `all ${Object.keys(neededScopes).length}`);
  const app =
    facts.appId === null
      ? warning("app id", "Slack does not say which app the token is for", "grant users:read")
      : appId === undefined
        ? warning("app id", facts.appId, `set SLACK_APP_ID to ${facts.appId}: deliveries are checked against it`)
        : facts.appId === appId
          ? ok("app id", appId)
          : failed(
              "app id",
              `the token is for ${facts.appId}, SLACK_APP_ID is ${appId}`,
              `set SLACK_APP_ID to ${facts.appId}`,
            );
  return [ok("bot token", `workspace ${facts.team}`), app, scopes];
}

/** A group of people who may do something: an empty one means nobody. */
export function decideGroup(group: string, role: string, size: number | null): Finding {
  const check = `user group ${group}`;
  if (size === null)
    return failed(
      check,
      "cannot be read",
      `look whether ${group} exists and is enabled; until then nobody is ${role} by it`,
    );
  return size === 0
    ? failed(check, "has no members", `add the people who are ${role} to the group`)
    : ok(check, `${size} people (${role})`);
}
