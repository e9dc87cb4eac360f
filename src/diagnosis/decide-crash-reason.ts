import { at, listAt, textAt } from "../domain/kubernetes-object.js";
import type { LogClass } from "./classify-log.js";
import type { ContainerState } from "./container-state.js";
import { type Dependency, decideDependency } from "./decide-dependency.js";
import type { ScopeModel } from "./scope-model.js";

/** Which claim or other volume is mounted at a path that a log line names. */
function mountAt(container: ContainerState, line: string): { path: string; claim: boolean } | undefined {
  const mounts = listAt(container.spec, "volumeMounts")
    .flatMap((mount) => {
      const path = textAt(mount, "mountPath");
      const name = textAt(mount, "name");
      return path === undefined || path === "/" ? [] : [{ path, name }];
    })
    .filter(({ path }) => line.includes(path))
    .sort((left, right) => right.path.length - left.path.length);
  const [mount] = mounts;
  if (!mount) return undefined;
  const volume = listAt(container.pod, "spec", "volumes").find((entry) => textAt(entry, "name") === mount.name);
  return { path: mount.path, claim: at(volume, "persistentVolumeClaim") !== undefined };
}

const plain: Partial<Record<LogClass["kind"], readonly [causeId: string, says: string]>> = {
  auth: ["dependency-auth-failed", "a dependency refuses its credentials"],
  "port-in-use": ["port-already-in-use", "the port that it listens on is in use in its pod"],
  certificate: ["certificate-expired", "a certificate has expired"],
  untrusted: ["application-error", "it does not trust the certificate of a peer"],
  "read-only-files": ["filesystem-read-only", "it writes to a file system that is read-only"],
  "read-only-database": ["database-read-only", "its database takes no writes"],
  connections: ["database-connections-exhausted", "its database takes no more connections"],
  "open-files": ["too-many-open-files", "it has too many open files"],
  forbidden: ["rbac-forbidden", "its ServiceAccount lacks a right"],
  config: ["application-error", "it cannot read its configuration"],
  error: ["application-error", "it ends with an error of its own"],
};

function plainly(kind: LogClass["kind"]): Dependency | null {
  const row = plain[kind];
  return row ? { causeId: row[0], says: row[1], confidence: "likely", evidence: [] } : null;
}

function settingMissing(container: ContainerState, found: LogClass): Dependency {
  const name = found.name ?? "";
  const entry = listAt(container.spec, "env").find((variable) => textAt(variable, "name") === name);
  const fromElsewhere = listAt(container.spec, "envFrom").length > 0;
  const absent = entry === undefined && !fromElsewhere;
  const state = entry === undefined ? "is not among the container's env" : "is set, and refused";
  return {
    causeId: "required-setting-missing",
    says: `the setting ${name} is missing; it ${state}`,
    confidence: absent ? "confirmed" : "likely",
    evidence: [],
  };
}

/** Words of what lies outside a program, in an error that is not known: it may be its own fault, or any of these. */
const maybeOutside =
  /connect|\bhosts?\b|\bport\b|time[d -]?out|\bauth|log[oi]n|denied|unauthori[sz]ed|forbidden|credential|token|refused|unavailable|unreachable|read[- ]?only|environment|\bconfig|required|not set|certificate|\bTLS|\bSSL|broker|\bnodes? available/i;
const ownFault =
  /NullPointer|nil pointer|TypeError|ReferenceError|IndexError|IndexOutOf|AssertionError|SyntaxError|AttributeError|NoMethodError|ImportError|Module ?Not ?Found|ClassNotFound|NoClassDef|ArithmeticException|divi(?:de|sion) by zero|index out of|out of memory|panic: runtime|ClassCast|StackOverflow|Cannot find module|Undefined (?:function|method|variable)/i;

/** What the last words of a container's log mean for it; null where they mean nothing that is known. */
export function readReason(model: ScopeModel, container: ContainerState, found: LogClass): Dependency | null {
  switch (found.kind) {
    case "connection":
    case "host":
      return decideDependency(model, container, found);
    case "setting":
      return settingMissing(container, found);
    case "no-space": {
      const mount = mountAt(container, found.line);
      if (found.line.includes("/dev/shm"))
        return { causeId: "shm-full", says: "its shared memory is full", confidence: "likely", evidence: [] };
      return mount?.claim === true
        ? { causeId: "volume-full", says: `the volume at ${mount.path} is full`, confidence: "likely", evidence: [] }
        : { causeId: "ephemeral-storage-full", says: "its disk is full", confidence: "likely", evidence: [] };
    }
    case "permission": {
      const mount = mountAt(container, found.line);
      // Of a file, a port or a program: who else denies something, and to whom, is not told.
      if (!/\/\w|EACCES|AccessDeniedException|\bbind\b/.test(found.line)) return null;
      if (mount?.claim !== true)
        return { causeId: "application-error", says: "it is denied a permission", confidence: "likely", evidence: [] };
      const group = at(container.pod, "spec", "securityContext", "fsGroup");
      return {
        causeId: "volume-permission-denied",
        says: `its user may not use the volume at ${mount.path}${group === undefined ? "; no fsGroup is set" : ""}`,
        confidence: "likely",
        evidence: [],
      };
    }
    case "auth":
    case "port-in-use":
    case "certificate":
    case "untrusted":
    case "read-only-files":
    case "read-only-database":
    case "connections":
    case "open-files":
    case "forbidden":
    case "config":
      return plainly(found.kind);
    case "error":
      return maybeOutside.test(found.line) && !ownFault.test(found.line) ? null : plainly(found.kind);
  }
}
