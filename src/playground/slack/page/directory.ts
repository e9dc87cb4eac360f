import type { World } from "./calls.js";
import type { Names } from "./draw-tree.js";

/** Looks names up in the world as it was last read. */
export class Directory implements Names {
  constructor(public world: World) {}

  user(id: string): string {
    return this.world.users.find((user) => user.id === id)?.name ?? id;
  }

  group(id: string): string {
    return this.world.groups.find((group) => group.id === id)?.handle ?? id;
  }

  channel(id: string): string {
    return this.world.channels.find((channel) => channel.id === id)?.name ?? id;
  }

  person(idOrName: string): World["users"][number] | undefined {
    return this.world.users.find(({ id, name }) => id === idOrName || name === idOrName);
  }

  isBot(id: string | null): boolean {
    return id === null || (this.world.users.find((user) => user.id === id)?.bot ?? true);
  }

  channelsOf(userId: string): World["channels"] {
    return this.world.channels.filter(({ kind, members }) => kind !== "im" && members.includes(userId));
  }
}
