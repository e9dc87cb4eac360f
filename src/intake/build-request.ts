import { sha256 } from "../domain/canonical-json.js";
import { investigationId } from "../domain/ids.js";
import type { InvestigationRequest, Scope } from "../domain/investigation-request.js";
import type { ParsedAlert } from "./parse-alert.js";

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

/** A person's command as a request. The same question is one investigation while it runs. */
export function buildCommandRequest(place: Place, scope: Scope, user: string): InvestigationRequest {
  const question = sha256(
    JSON.stringify([place.cluster, scope.namespace, scope.object?.kind ?? null, scope.object?.name ?? null]),
  );
  return {
    ...common(place, scope),
    trigger: { kind: "command", user },
    slack: { team: place.team, channel: place.channel, threadTs: null },
    dedupeKey: `command-${question.slice(0, 32)}`,
  };
}

/** An alert's message as a request; its thread is the alert's own. One investigation for each alert and window. */
export function buildAlertRequest(place: Place, alert: ParsedAlert, messageTs: string): InvestigationRequest {
  const { name, fingerprint, severity, scope } = alert;
  return {
    ...common(place, scope),
    trigger: {
      kind: "alert",
      alert: { name, fingerprint, ...(severity === undefined ? {} : { severity: severity.slice(0, 40) }) },
    },
    slack: { team: place.team, channel: place.channel, threadTs: messageTs },
    dedupeKey: `alert-${fingerprint}`,
  };
}
