import type { InvestigationRequest } from "../../domain/investigation-request.js";
import type { SnapshotAlert } from "../../domain/snapshot.js";

/** The alert that an investigation was begun for, in a snapshot's words; null where a person asked. Pure. */
export function buildAlert({ trigger, scope, requestedAt }: InvestigationRequest): SnapshotAlert | null {
  if (trigger.kind !== "alert") return null;
  const { name, severity } = trigger.alert;
  return {
    name,
    state: "firing",
    startsAt: requestedAt,
    labels: {
      alertname: name,
      namespace: scope.namespace,
      ...(severity === undefined ? {} : { severity }),
      ...(scope.object ? { [scope.object.kind.toLowerCase()]: scope.object.name } : {}),
    },
  };
}
