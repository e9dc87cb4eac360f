import { sha256 } from "../domain/canonical-json.js";
import { investigationId } from "../domain/ids.js";
import type { InvestigationRequest, Scope } from "../domain/investigation-request.js";
import type { Alert } from "./alerts/alert.js";

/** The one tenant of an installation until Tenants say otherwise. */
export const tenant = "default";

interface Place {
  deliveryId: string;
  team: string;
  channel: string;
  cluster: string;
  at: string;
}

function common(place: Place, scope: Scope) {
  return {
    run: investigationId(tenant, place.deliveryId),
    tenant,
    cluster: place.cluster,
    scope,
    requestedAt: place.at,
  };
}

/**
 * A person's question as a request; the card goes into the thread where it was asked, if there is one. The same
 * question is one investigation while it runs.
 */
export function buildCommandRequest(
  place: Place & { threadTs?: string | null },
  scope: Scope,
  user: string,
): InvestigationRequest {
  const question = sha256(
    JSON.stringify([place.cluster, scope.namespace, scope.object?.kind ?? null, scope.object?.name ?? null]),
  );
  return {
    ...common(place, scope),
    trigger: { kind: "command", user },
    slack: { team: place.team, channel: place.channel, threadTs: place.threadTs ?? null },
    dedupeKey: `command-${question.slice(0, 32)}`,
  };
}

/** What an alert's investigation is known by while its window is open. */
export function alertKey(target: string): string {
  return `alert-${target}`;
}

/** An alert as a request, in the alert's own thread where it has one. One investigation for each target and window. */
export function buildAlertRequest(
  place: Place & { threadTs: string | null },
  alert: Pick<Alert, "name" | "fingerprint" | "severity" | "scope">,
  target: string,
): InvestigationRequest {
  const { name, fingerprint, severity, scope } = alert;
  return {
    ...common(place, scope),
    trigger: { kind: "alert", alert: { name, fingerprint, ...(severity === undefined ? {} : { severity }) } },
    slack: { team: place.team, channel: place.channel, threadTs: place.threadTs },
    dedupeKey: alertKey(target),
  };
}
