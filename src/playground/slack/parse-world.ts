import { parse } from "yaml";
import { describeIssues } from "../describe-issues.js";
import { World } from "./world.js";

/** Thrown for a world that cannot be used; the message is one line and names the field. */
export class WorldError extends Error {
  override readonly name = "WorldError";
}

function duplicates(field: string, values: readonly string[]): string[] {
  return values.flatMap((value, at) =>
    values.indexOf(value) < at ? [`${field}[${at}]: "${value}" is used twice`] : [],
  );
}

function danglingReferences(world: World): string[] {
  const people = new Set(["everyone", ...world.users.flatMap(({ id, name }) => [id, name])]);
  for (const app of world.apps) for (const known of [app.botUser, app.name]) people.add(known);
  const channels = new Set(world.channels.flatMap(({ id, name }) => [id, name]));
  const missing = (field: string, members: readonly string[]) =>
    members.flatMap((member, at) => (people.has(member) ? [] : [`${field}[${at}]: no user "${member}"`]));
  return [
    ...world.groups.flatMap((group, at) => missing(`groups[${at}].members`, group.members)),
    ...world.channels.flatMap((channel, at) => missing(`channels[${at}].members`, channel.members)),
    ...world.samples.flatMap(({ channel }, at) =>
      channels.has(channel) ? [] : [`samples[${at}].channel: no channel "${channel}"`],
    ),
  ];
}

/**
 * Reads the YAML of a world (`playground/worlds/*.yaml`).
 * @throws WorldError with one line that names every field that is wrong: malformed, used twice, or naming nobody.
 */
export function parseWorld(yaml: string): World {
  let document: unknown;
  try {
    document = parse(yaml);
  } catch (error) {
    throw new WorldError(`world: not YAML: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : "?"}`);
  }
  const result = World.safeParse(document);
  if (!result.success) throw new WorldError(`world: ${describeIssues(result.error.issues)}`);
  const world = result.data;
  const problems = [
    ...duplicates("users", [...world.users.map(({ id }) => id), ...world.apps.map(({ botUser }) => botUser)]),
    ...duplicates("users", [...world.users.map(({ name }) => name), ...world.apps.map(({ name }) => name)]),
    ...duplicates(
      "channels",
      world.channels.map(({ id }) => id),
    ),
    ...duplicates(
      "channels",
      world.channels.map(({ name }) => name),
    ),
    ...duplicates(
      "groups",
      world.groups.map(({ id }) => id),
    ),
    ...danglingReferences(world),
  ];
  if (problems.length > 0) throw new WorldError(`world: ${problems.join("; ")}`);
  return world;
}
