/** Why the API server refused an object, read from what it said. */
export interface Refusal {
  causeId: string;
  /** What a person reads after "no new pods:". */
  says: string;
  /** What would have to change, where it is not the workload itself. */
  culprit?: { kind: string; name: string; namespace?: string };
  /** A name that was not found, to look for a near one. */
  near?: string;
}

const name = "[a-zA-Z0-9][-a-zA-Z0-9.]{0,252}";
const exceeded = new RegExp(
  `exceeded quota: (${name}), requested: (.{0,600}?), used: (.{0,600}?), limited: (.{0,600})`,
);
const mustSpecify = new RegExp(`failed quota: (${name}): must specify (.{0,400})`);
const limitRange =
  /\b((?:maximum|minimum) [\w./-]{1,60} usage per (?:Container|Pod|PersistentVolumeClaim) is .{0,200})/;
const ratio = /\b([\w./-]{1,60} max limit to request ratio per (?:Container|Pod) is .{0,200})/;
const podSecurity = /violates PodSecurity "([^"]{1,100})": (.{0,600})/;
const account = new RegExp(`serviceaccount "(${name})" not found`, "i");
const calling = /failed calling webhook "([^"]{1,253})"/;
const webhookUrl = new RegExp(`https?://(${name})\\.(${name})\\.svc(?:\\.[a-z.]{1,60})?[:/]`);
const denied = /admission webhook "([^"]{1,253})" denied the request:? ?(.{0,400})/;
const policy =
  /(?:ValidatingAdmissionPolicy|admission policy) '?([^' ]{1,253})'? with binding '?([^' ]{1,253})'? denied request:? ?(.{0,400})/;
const priority = new RegExp(`no PriorityClass with name (${name}) was found`, "i");
const runtime = new RegExp(`RuntimeClass "(${name})" not found|runtimeclass\\S{0,40} "(${name})" not found`, "i");

function quotaCause(limited: string): [causeId: string, what: string] {
  const resources = limited.split(",").map((entry) => entry.trim().split("=")[0] ?? "");
  const any = (test: (resource: string) => boolean) => resources.some(test);
  if (any((resource) => /^(?:requests\.|limits\.)?cpu$/.test(resource))) return ["quota-cpu-exceeded", "CPU"];
  if (any((resource) => /^(?:requests\.|limits\.)?memory$/.test(resource))) return ["quota-memory-exceeded", "memory"];
  if (any((resource) => resource === "pods" || resource === "count/pods")) return ["quota-pods-exceeded", "pod"];
  if (any((resource) => resource.includes("storage") && !resource.startsWith("count/")))
    return ["quota-storage-exceeded", "storage"];
  return ["quota-object-count-exceeded", "object-count"];
}

function webhook(text: string): Refusal | null {
  const call = calling.exec(text);
  if (!call) return null;
  const [, hook = ""] = call;
  const url = webhookUrl.exec(text);
  const service = url?.[1];
  const namespace = url?.[2];
  const culprit =
    service !== undefined && namespace !== undefined ? { culprit: { kind: "Service", name: service, namespace } } : {};
  const why = text.slice(text.lastIndexOf(": ", text.length - 3) + 2, text.length).slice(0, 200);
  return /x509:|certificate/i.test(text)
    ? {
        causeId: "admission-webhook-cert-untrusted",
        says: `the certificate of webhook ${hook} is not trusted (${why})`,
        ...culprit,
      }
    : { causeId: "admission-webhook-down", says: `webhook ${hook} cannot be called (${why})`, ...culprit };
}

/** Reads why the API server refused to create a pod or claim; null where it says nothing that is known. Linear in the text. */
export function classifyRefusal(message: string): Refusal | null {
  const text = message.slice(0, 4_000);
  const quota = exceeded.exec(text);
  if (quota) {
    const [, named = "", requested = "", used = "", limited = ""] = quota;
    const [causeId, what] = quotaCause(limited);
    return {
      causeId,
      says: `the ${what} quota ${named} is used up (asked for ${requested}; used ${used}; limit ${limited})`,
      culprit: { kind: "ResourceQuota", name: named },
    };
  }
  const must = mustSpecify.exec(text);
  if (must) {
    return {
      causeId: "quota-requires-limits",
      says: `the quota ${must[1] ?? ""} wants every container to set ${must[2] ?? ""}`,
    };
  }
  const security = podSecurity.exec(text);
  if (security) {
    return {
      causeId: "pod-security-violation",
      says: `Pod Security level ${security[1] ?? ""} of the namespace rejects it: ${security[2] ?? ""}`,
    };
  }
  const range = limitRange.exec(text) ?? ratio.exec(text);
  if (range)
    return { causeId: "limitrange-violated", says: `the LimitRange of the namespace rejects it: ${range[1] ?? ""}` };
  const missing = account.exec(text);
  if (missing) {
    const named = missing[1] ?? "";
    return { causeId: "serviceaccount-not-found", says: `ServiceAccount ${named} does not exist`, near: named };
  }
  const hook = webhook(text);
  if (hook) return hook;
  const no = denied.exec(text);
  if (no) return { causeId: "admission-webhook-denied", says: `webhook ${no[1] ?? ""} denied it: ${no[2] ?? ""}` };
  const rule = policy.exec(text);
  if (rule)
    return {
      causeId: "admission-webhook-denied",
      says: `admission policy ${rule[1] ?? ""} denied it: ${rule[3] ?? ""}`,
    };
  const noPriority = priority.exec(text);
  if (noPriority)
    return { causeId: "priorityclass-not-found", says: `PriorityClass ${noPriority[1] ?? ""} does not exist` };
  const noRuntime = runtime.exec(text);
  if (noRuntime)
    return {
      causeId: "runtimeclass-not-found",
      says: `RuntimeClass ${noRuntime[1] ?? noRuntime[2] ?? ""} does not exist`,
    };
  return null;
}
