/** What a dialog keeps of the button that opened it: the button's value and the message that it stood on. */
export interface DialogValue {
  value: string;
  channel: string;
  messageTs: string;
}

/** Packs it into a dialog's private metadata. */
export function packDialogValue({ value, channel, messageTs }: DialogValue): string {
  return [value, channel, messageTs].join(" ");
}

/** Reads it back; null where somebody made it up. Everything in it is checked against the records all the same. */
export function parseDialogValue(text: string): DialogValue | null {
  const [value, channel, messageTs, ...rest] = text.split(" ");
  if (value === undefined || channel === undefined || messageTs === undefined || rest.length > 0) return null;
  return { value, channel, messageTs };
}
