import type { Scope } from "../../domain/investigation-request.js";

/** What a message or a webhook says of one alert, before it is placed in the cluster. */
export interface Reported {
  /** Whose format it is: `alertmanager`, `grafana`, … */
  source: string;
  name: string;
  state: "firing" | "resolved";
  labels: ReadonlyMap<string, string>;
  /** Words whose meaning is not said, as in Alertmanager's default title. */
  values: readonly string[];
  severity?: string | undefined;
  /** The source's own identity of the alert, where it gives one. */
  fingerprint?: string | undefined;
  /** The group that this is the end of, as `nameGroup` says it: a message about the group is over with it. */
  endedGroup?: string | undefined;
  /** The object, where the source names it outright. */
  object?: Scope["object"];
}

/** One alert, placed: what is asked about it is one investigation for each `target`. */
export interface Alert {
  source: string;
  name: string;
  state: "firing" | "resolved";
  severity: string | undefined;
  scope: Scope;
  /** The same for the same alert, firing or resolved, from either of a pair of senders. */
  fingerprint: string;
  /** The fingerprint of what a message about the whole group is known by, where all of the group is over. */
  endedGroup: string | null;
  /** The same for everything about one workload, whichever of its pods or alerts is named. */
  target: string;
  labels: ReadonlyMap<string, string>;
}

/** The end of an alert whose place nobody says: its fingerprint tells what it ends. */
export type Ended = Pick<Alert, "source" | "name" | "state" | "fingerprint" | "endedGroup"> & { scope: null };
