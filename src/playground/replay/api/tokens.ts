import * as z from "zod";
import { badRequest, invalid, notFound, otherUid } from "../status-error.js";
import { Store } from "../store.js";
import type { Answer, Call, Cluster } from "./call.js";

const TokenRequest = z.object({
  spec: z
    .object({
      audiences: z.array(z.string()).default([]),
      expirationSeconds: z.int().default(3_600),
      boundObjectRef: z.object({ kind: z.string(), name: z.string(), uid: z.string().optional() }).nullish(),
    })
    .prefault({}),
});
const TokenReview = z.object({
  spec: z.object({ token: z.string().default(""), audiences: z.array(z.string()).default([]) }).prefault({}),
});

const authentication = { group: "authentication.k8s.io", plural: "tokenrequests", kind: "TokenRequest", name: "" };
const shortestSeconds = 600;

/** POST serviceaccounts/NAME/token. @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
export function requestToken(
  { store, tokens }: Cluster,
  account: { namespace: string; name: string },
  call: Call,
): Answer {
  const parsed = TokenRequest.safeParse(call.body);
  if (!parsed.success)
    throw badRequest(
      `TokenRequest in version "v1" cannot be handled as a TokenRequest: ${z.prettifyError(parsed.error)}`,
    );
  const { audiences, expirationSeconds, boundObjectRef } = parsed.data.spec;
  if (expirationSeconds < shortestSeconds) {
    const message = `Invalid value: ${expirationSeconds}: may not specify a duration less than 10 minutes`;
    throw invalid(authentication, [{ reason: "FieldValueInvalid", message, field: "spec.expirationSeconds" }]);
  }
  store.get("ServiceAccount", account.namespace, account.name);
  const pod = boundObjectRef ? boundPod(store, account.namespace, boundObjectRef) : undefined;
  const { token, expires } = tokens.issue(account, { audiences, seconds: expirationSeconds, pod });
  return {
    status: 201,
    body: {
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { name: account.name, namespace: account.namespace },
      spec: { audiences, expirationSeconds, boundObjectRef: boundObjectRef ?? null },
      status: { token, expirationTimestamp: `${expires.toISOString().slice(0, -5)}Z` },
    },
  };
}

function boundPod(
  store: Store,
  namespace: string,
  wanted: { kind: string; name: string; uid?: string | undefined },
): { name: string; uid: string } {
  const resource = store.resources.ofKind("Pod");
  if (wanted.kind !== "Pod") throw badRequest(`cannot bind token for serviceaccount to object of type ${wanted.kind}`);
  const found = store.find("Pod", namespace, wanted.name);
  if (!found) throw notFound(Store.named(resource, wanted.name));
  const { uid } = found.metadata;
  if (wanted.uid !== undefined && wanted.uid !== uid)
    throw otherUid(Store.named(resource, wanted.name), "bound object reference", wanted.uid, uid);
  return { name: wanted.name, uid };
}

/** POST tokenreviews. @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/ */
export function reviewToken({ tokens }: Cluster, call: Call): Answer {
  const parsed = TokenReview.safeParse(call.body);
  if (!parsed.success)
    throw badRequest(
      `TokenReview in version "v1" cannot be handled as a TokenReview: ${z.prettifyError(parsed.error)}`,
    );
  const { spec } = parsed.data;
  if (spec.token === "") throw badRequest("token is required for TokenReview in authentication");
  const review = tokens.review(spec.token, spec.audiences);
  const status =
    review.kind === "known"
      ? { authenticated: true, user: review.user, audiences: review.audiences }
      : { user: {}, error: review.error };
  return {
    status: 201,
    body: { kind: "TokenReview", apiVersion: "authentication.k8s.io/v1", metadata: {}, spec, status },
  };
}
