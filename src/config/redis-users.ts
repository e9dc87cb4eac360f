/** The processes that have a user of their own in Redis. */
export const redisUsers = ["bot", "gateway", "worker", "controller"] as const;
export type RedisUser = (typeof redisUsers)[number];

/** Each process' own keys; what it only reads is marked so. */
const keysOf: Readonly<Record<RedisUser, readonly string[]>> = {
  bot: ["~kubeclaw:*"],
  gateway: [
    "~kubeclaw:outbox:*",
    "~kubeclaw:decisions:*",
    "~kubeclaw:run:*",
    "~kubeclaw:snapshot:*",
    "~kubeclaw:spend:*",
    "~kubeclaw:audit",
    "%R~kubeclaw:frozen",
  ],
  worker: [
    "~kubeclaw:investigations:*",
    "~kubeclaw:executions:*",
    "~kubeclaw:outbox:*",
    "~kubeclaw:run:*",
    "~kubeclaw:spend:*",
    "~kubeclaw:audit",
  ],
  controller: ["~kubeclaw:outbox:*", "~kubeclaw:decisions:*", "~kubeclaw:audit", "%R~kubeclaw:frozen"],
};

/**
 * Redis' `users.acl`: one user for each process, its own keys, and no command that looks at or empties everything.
 * INFO stays, because BullMQ and `doctor` ask it.
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
export function buildRedisUsers(passwords: Readonly<Record<RedisUser, string>>): string {
  const users = redisUsers.map(
    (name) => `user ${name} on >${passwords[name]} ${keysOf[name].join(" ")} &* +@all -@admin -@dangerous +info`,
  );
  return `user default off\n${users.join("\n")}\n`;
}
