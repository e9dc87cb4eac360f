import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.js";
import type { Store } from "../store.js";

/** Who calls, as every part of an API server sees it. */
export interface User {
  username: string;
  uid?: string;
  groups: readonly string[];
  extra?: Record<string, string[]>;
}

export interface BoundPod {
  name: string;
  uid: string;
}

interface Claims {
  aud: string[];
  exp: number;
  iat: number;
  jti: string;
  sub: string;
  namespace: string;
  account: { name: string; uid: string };
  pod?: BoundPod;
}

export const apiAudience = "https://kubernetes.default.svc.cluster.local";
const admin: User = { username: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

export type Review = { kind: "known"; user: User; audiences: string[] } | { kind: "refused"; error: string };

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const listed = (audiences: readonly string[]) => `[${audiences.map((audience) => JSON.stringify(audience)).join(" ")}]`;

/**
 * Tokens of service accounts: signed, for audiences, until a time, and bound to a pod where one was named; and one
 * opaque token of an administrator.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
export class Tokens {
  readonly adminToken = `admin-${randomBytes(24).toString("hex")}`;
  readonly #key = randomBytes(32);

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** @throws StatusError 404 without such an account */
  issue(
    account: { namespace: string; name: string },
    options: { audiences: readonly string[]; seconds: number; pod?: BoundPod | undefined },
  ): { token: string; expires: Date } {
    const { metadata } = this.store.get("ServiceAccount", account.namespace, account.name);
    const now = Math.floor(this.clock.now().getTime() / 1_000);
    const claims: Claims = {
      aud: options.audiences.length === 0 ? [apiAudience] : [...options.audiences],
      exp: now + options.seconds,
      iat: now,
      jti: randomUUID(),
      sub: `system:serviceaccount:${account.namespace}:${account.name}`,
      namespace: account.namespace,
      account: { name: account.name, uid: metadata.uid },
      ...(options.pod === undefined ? {} : { pod: options.pod }),
    };
    const content = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
    return { token: `${content}.${this.#sign(content)}`, expires: new Date(claims.exp * 1_000) };
  }

  /** Says whose a token is, where it is good for one of these audiences now. */
  review(token: string, audiences: readonly string[]): Review {
    if (token === this.adminToken) return { kind: "known", user: admin, audiences: [apiAudience] };
    const claims = this.#read(token);
    if (!claims || claims.exp * 1_000 <= this.clock.now().getTime() || !this.#stillThere(claims))
      return { kind: "refused", error: "invalid bearer token" };
    const wanted = audiences.length === 0 ? [apiAudience] : audiences;
    const common = wanted.filter((audience) => claims.aud.includes(audience));
    if (common.length === 0) {
      return {
        kind: "refused",
        error: `[invalid bearer token, token audiences ${listed(claims.aud)} is invalid for the target audiences ${listed(wanted)}]`,
      };
    }
    const { pod } = claims;
    const user: User = {
      username: claims.sub,
      uid: claims.account.uid,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${claims.namespace}`, "system:authenticated"],
      extra: {
        "authentication.kubernetes.io/credential-id": [`JTI=${claims.jti}`],
        ...(pod
          ? { "authentication.kubernetes.io/pod-name": [pod.name], "authentication.kubernetes.io/pod-uid": [pod.uid] }
          : {}),
      },
    };
    return { kind: "known", user, audiences: common };
  }

  #sign(content: string): string {
    return createHmac("sha256", this.#key).update(content).digest("base64url");
  }

  #read(token: string): Claims | null {
    const [header, body, signature] = token.split(".");
    if (header === undefined || body === undefined || signature === undefined) return null;
    const expected = Buffer.from(this.#sign(`${header}.${body}`));
    const given = Buffer.from(signature);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
    return JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as Claims;
  }

  /** A token dies with its account and with the pod that it is bound to. */
  #stillThere({ namespace, account, pod }: Claims): boolean {
    if (this.store.find("ServiceAccount", namespace, account.name)?.metadata.uid !== account.uid) return false;
    return pod === undefined || this.store.find("Pod", namespace, pod.name)?.metadata.uid === pod.uid;
  }
}
