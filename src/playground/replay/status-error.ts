/** What a Kubernetes API says when it refuses: a `Status` with an HTTP code and a reason. */
export interface StatusBody {
  kind: "Status";
  apiVersion: "v1";
  metadata: Record<string, never>;
  status: "Failure";
  message: string;
  reason?: string;
  details?: object;
  code: number;
}

export interface Cause {
  reason:
    | "FieldValueInvalid"
    | "FieldValueRequired"
    | "FieldValueNotSupported"
    | "FieldValueTypeInvalid"
    | "FieldValueTooLong";
  message: string;
  field: string;
}

/** How an object is called in refusals. */
export interface Named {
  plural: string;
  group: string;
  kind: string;
  name: string;
}

const resourceText = ({ plural, group }: Named) => (group === "" ? plural : `${plural}.${group}`);
const kindText = ({ kind, group }: Named) => (group === "" ? kind : `${kind}.${group}`);
const groupOf = ({ group }: Named) => (group === "" ? {} : { group });
const nameOf = ({ name }: Named) => (name === "" ? {} : { name });

/**
 * A refusal of the API server, in its own words.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
export class StatusError extends Error {
  override readonly name = "StatusError";

  constructor(
    readonly code: number,
    readonly reason: string | undefined,
    message: string,
    readonly details?: object,
  ) {
    super(message);
  }

  get body(): StatusBody {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, "Unauthorized", "Unauthorized");
}

export function forbidden(about: Named, message: string): StatusError {
  const subject = about.name === "" ? resourceText(about) : `${resourceText(about)} "${about.name}"`;
  return new StatusError(403, "Forbidden", `${subject} is forbidden: ${message}`, {
    ...nameOf(about),
    ...groupOf(about),
    kind: about.plural,
  });
}

export function notFound(about: Named): StatusError {
  return new StatusError(404, "NotFound", `${resourceText(about)} "${about.name}" not found`, {
    ...nameOf(about),
    ...groupOf(about),
    kind: about.plural,
  });
}

export function noSuchResource(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource", {});
}

export function alreadyExists(about: Named): StatusError {
  return new StatusError(409, "AlreadyExists", `${resourceText(about)} "${about.name}" already exists`, {
    ...nameOf(about),
    ...groupOf(about),
    kind: about.plural,
  });
}

export function modified(about: Named): StatusError {
  const message = `Operation cannot be fulfilled on ${resourceText(about)} "${about.name}": the object has been modified; please apply your changes to the latest version and try again`;
  return new StatusError(409, "Conflict", message, { ...nameOf(about), ...groupOf(about), kind: about.plural });
}

/** The uid that a caller relies on is another one by now. */
export function otherUid(
  about: Named,
  what: "precondition" | "bound object reference",
  wanted: string,
  found: string,
): StatusError {
  const message = `Operation cannot be fulfilled on ${kindText(about)} "${about.name}": the UID in the ${what} (${wanted}) does not match the UID in record${what === "precondition" ? ` (${found})` : ""}. The object might have been deleted and then recreated`;
  return new StatusError(409, "Conflict", message, { ...nameOf(about), ...groupOf(about), kind: about.kind });
}

export function expired(message: string): StatusError {
  return new StatusError(410, "Expired", message);
}

export function unsupportedMediaType(): StatusError {
  return new StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
}

export function invalid(about: Named, causes: readonly Cause[]): StatusError {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  return new StatusError(422, "Invalid", `${kindText(about)} "${about.name}" is invalid: ${text ?? ""}`, {
    ...nameOf(about),
    ...groupOf(about),
    kind: about.kind,
    causes,
  });
}

/** A JSON Patch that does not apply: a `test` that failed, or a path that is not there. The API server does not say which. */
export function patchRefused(): StatusError {
  return new StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {});
}
