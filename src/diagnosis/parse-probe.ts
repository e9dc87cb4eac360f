import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";
import type { ContainerState } from "./container-state.js";
import { eventReason, eventText, eventTime } from "./event-text.js";

export type ProbeKind = "liveness" | "readiness" | "startup";

/** What the kubelet last said of a probe. */
export interface ProbeFailure {
  probe: ProbeKind;
  /** How the answer was wrong. */
  answer: "refused" | "not-found" | "server-error" | "refuses" | "protocol" | "timeout" | "command" | "other";
  /** The HTTP status, where there was one. */
  status: number | undefined;
  message: string;
  event: KubernetesObject;
}

function classifyAnswer(text: string): Pick<ProbeFailure, "answer" | "status"> {
  const status = /statuscode: (\d{3})/.exec(text)?.[1];
  if (status !== undefined) {
    const code = Number(status);
    if (code === 404 || code === 405) return { answer: "not-found", status: code };
    if (code === 400) return { answer: "protocol", status: code };
    return { answer: code >= 500 ? "server-error" : "refuses", status: code };
  }
  if (
    /malformed HTTP|HTTP response to HTTPS client|does not look like a TLS handshake|server gave HTTP|http2: |transport connection broken/i.test(
      text,
    )
  )
    return { answer: "protocol", status: undefined };
  if (/connection refused/i.test(text)) return { answer: "refused", status: undefined };
  if (/deadline exceeded|i\/o timeout|Client\.Timeout|timed out|timeout:/i.test(text))
    return { answer: "timeout", status: undefined };
  return { answer: /Get "|dial tcp|NOT_SERVING|rpc error/.test(text) ? "other" : "command", status: undefined };
}

const failedProbe = /^(Liveness|Readiness|Startup) probe (?:failed|errored)/;

/** The newest failure of one probe of a container that was seen since it was last started; null where there is none. */
export function parseProbeFailure(
  container: ContainerState,
  events: readonly KubernetesObject[],
  probe: ProbeKind,
): ProbeFailure | null {
  // A liveness kill was told before the container that runs now was started.
  const since = probe === "readiness" ? (container.runningSince ?? "") : "";
  const mine = events.filter((event) => {
    if (eventReason(event) !== "Unhealthy" || eventTime(event) < since) return false;
    if (failedProbe.exec(eventText(event))?.[1]?.toLowerCase() !== probe) return false;
    const field = textAt(event, "involvedObject", "fieldPath") ?? textAt(event, "regarding", "fieldPath") ?? "";
    return field === "" || field.includes(`{${container.name}}`);
  });
  const event = mine.at(-1);
  if (!event) return null;
  const message = eventText(event);
  return { probe, ...classifyAnswer(message), message, event };
}

/** A probe as the container's spec has it, with Kubernetes' defaults. */
export interface ProbeSpec {
  port: number | string | undefined;
  path: string | undefined;
  scheme: string;
  initialDelay: number;
  period: number;
  failures: number;
}

export function probeSpec(container: ContainerState, probe: ProbeKind): ProbeSpec | undefined {
  const found = at(container.spec, `${probe}Probe`);
  if (found === null || typeof found !== "object") return undefined;
  const raw = at(found, "httpGet", "port") ?? at(found, "tcpSocket", "port") ?? at(found, "grpc", "port");
  return {
    port: typeof raw === "number" || typeof raw === "string" ? raw : undefined,
    path: textAt(found, "httpGet", "path"),
    scheme: textAt(found, "httpGet", "scheme") ?? "HTTP",
    initialDelay: numberAt(found, "initialDelaySeconds") ?? 0,
    period: numberAt(found, "periodSeconds") ?? 10,
    failures: numberAt(found, "failureThreshold") ?? 3,
  };
}

/** The ports that a container declares, numbers and names. */
export function declaredPorts(container: ContainerState): { number: number; name: string | undefined }[] {
  return listAt(container.spec, "ports").flatMap((port) => {
    const number = numberAt(port, "containerPort");
    return number === undefined ? [] : [{ number, name: textAt(port, "name") }];
  });
}

/** The port on which a log says that the program listens: at its start, or in what was read last. */
export function listeningPort(lines: readonly string[]): number | undefined {
  const some = lines.length <= 400 ? lines : [...lines.slice(0, 200), ...lines.slice(-200)];
  for (const line of some.toReversed()) {
    const port =
      /(?:listening|listen|started|running|serving|bound)\b.{0,60}?(?:[:\s]|port[ =:]{1,3})(\d{2,5})\b(?![.:]\d)/i.exec(
        line.slice(0, 500),
      )?.[1];
    if (port !== undefined && Number(port) >= 80 && Number(port) <= 65_535) return Number(port);
  }
  return undefined;
}
