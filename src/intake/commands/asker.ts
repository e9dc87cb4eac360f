/** A person who asks for something, and where: by a command, a mention or a shortcut. */
export interface Asker {
  /** Unique for each delivery, and the same when it is delivered again. */
  id: string;
  team: string;
  channel: string;
  user: string;
  /** The thread that was asked in, where the card then goes; null for a command. */
  threadTs: string | null;
}
