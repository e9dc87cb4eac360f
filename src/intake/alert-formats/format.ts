import type { Reported } from "../alerts/alert.js";
import type { FlatMessage } from "../flatten-message.js";

/** The messages of one alerting product. Nobody is believed for their name: a format is known by its own marks. */
export interface AlertFormat {
  source: string;
  /** How surely a message is in this format: 0 not at all; from `sure` on it is taken for it. */
  score(message: FlatMessage): number;
  /** What the message reports; null where it starts and ends nothing: a warning, missing data, a test. */
  read(message: FlatMessage): Reported | null;
}

/** The least score with which a message is taken for an alert: below it there is no guess. */
export const sure = 3;
