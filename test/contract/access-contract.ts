import { beforeAll, describe, expect, it } from "@jest/globals";
import { type ContractCluster, jsonPatch, until } from "./contract-cluster.js";

const rbac = "rbac.authorization.k8s.io/v1";

interface Reviewed {
  authenticated?: boolean;
  audiences?: string[];
  error?: string;
  user: { username?: string; groups?: string[]; extra?: Record<string, string[]> };
}

/** Tokens, rights, and what nobody may give away. */
export function describeAccess(cluster: () => ContractCluster): void {
  const accounts = () => cluster().path("serviceaccounts");
  const roles = () => cluster().path("roles", rbac);
  const bindings = () => cluster().path("rolebindings", rbac);
  const pods = () => cluster().path("pods");

  async function token(account: string, spec: object = {}): Promise<string> {
    const { body } = await cluster().call("POST", `${accounts()}/${account}/token`, {
      body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec },
    });
    return String(body.status["token"]);
  }

  async function review(given: string, audiences?: string[]) {
    const spec = { token: given, ...(audiences ? { audiences } : {}) };
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", metadata: {}, spec };
    const reply = await cluster().call("POST", "/apis/authentication.k8s.io/v1/tokenreviews", { body });
    return { code: reply.status, status: reply.body.status as unknown as Reviewed };
  }

  const role = (name: string, rules: object[]) => ({ apiVersion: rbac, kind: "Role", metadata: { name }, rules });
  const binding = (name: string, account: string, of = name) => ({
    apiVersion: rbac,
    kind: "RoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: of },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: cluster().namespace }],
  });

  async function account(name: string, rules: object[]): Promise<string> {
    await cluster().call("POST", accounts(), {
      body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } },
    });
    if (rules.length > 0) {
      await cluster().call("POST", roles(), { body: role(name, rules) });
      await cluster().call("POST", bindings(), { body: binding(name, name) });
    }
    return token(name);
  }

  describe("tokens", () => {
    let pod: { name: string; uid: string };
    beforeAll(async () => {
      // No node is asked for: a pod that nobody runs is enough to be bound to.
      const spec = {
        nodeSelector: { "kubeclaw.dev/none": "true" },
        containers: [{ name: "run", image: "registry.local/none:1" }],
      };
      const { body } = await cluster().call("POST", pods(), {
        body: { apiVersion: "v1", kind: "Pod", metadata: { name: "bound" }, spec },
      });
      pod = { name: "bound", uid: body.metadata.uid };
    });

    it("for an audience and a pod say both", async () => {
      const given = await token("default", {
        audiences: ["kubeclaw-gateway"],
        expirationSeconds: 600,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", ...pod },
      });
      const { code, status } = await review(given, ["kubeclaw-gateway"]);
      expect(code).toBe(201);
      expect(status.authenticated).toBe(true);
      expect(status.audiences).toEqual(["kubeclaw-gateway"]);
      expect(status.user.username).toBe(`system:serviceaccount:${cluster().namespace}:default`);
      expect(status.user.groups).toEqual([
        "system:serviceaccounts",
        `system:serviceaccounts:${cluster().namespace}`,
        "system:authenticated",
      ]);
      expect(status.user.extra).toMatchObject({
        "authentication.kubernetes.io/pod-name": [pod.name],
        "authentication.kubernetes.io/pod-uid": [pod.uid],
      });
    });

    it("for another audience are not known, and open no API", async () => {
      const given = await token("default", { audiences: ["kubeclaw-gateway"], expirationSeconds: 600 });
      for (const audiences of [undefined, ["other"]]) {
        const { status } = await review(given, audiences);
        expect(status.authenticated).toBeUndefined();
        expect(status.error).toContain('token audiences ["kubeclaw-gateway"] is invalid for the target audiences');
      }
      expect(await cluster().call("GET", pods(), { token: given })).toMatchObject({
        status: 401,
        body: { reason: "Unauthorized" },
      });
    });

    it("for the API are for no other audience", async () => {
      const given = await token("default");
      expect((await review(given)).status.authenticated).toBe(true);
      expect((await review(given, ["kubeclaw-gateway"])).status.authenticated).toBeUndefined();
    });

    it("that nobody gave are not known", async () => {
      expect((await review("garbage")).status).toEqual({ user: {}, error: "invalid bearer token" });
      expect((await review("")).code).toBe(400);
      expect((await cluster().call("GET", pods(), { token: "garbage" })).status).toBe(401);
    });

    it.each<[string, string, () => object, number]>([
      ["ten seconds", "default", () => ({ expirationSeconds: 10 }), 422],
      ["an account that is not there", "absent", () => ({}), 404],
      [
        "a pod that is not there",
        "default",
        () => ({ boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "gone" } }),
        404,
      ],
      [
        "another pod of that name",
        "default",
        () => ({ boundObjectRef: { apiVersion: "v1", kind: "Pod", name: pod.name, uid: "another" } }),
        409,
      ],
    ])("are not given for %s", async (_, name, spec, status) => {
      const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: spec() };
      expect((await cluster().call("POST", `${accounts()}/${name}/token`, { body })).status).toBe(status);
    });

    it("die with their account", async () => {
      const given = await account("short-lived", []);
      expect((await review(given)).status.authenticated).toBe(true);
      await cluster().call("DELETE", `${accounts()}/short-lived`);
      await until(async () => (await review(given)).status.authenticated !== true);
    }, 30_000);
  });

  describe("rights", () => {
    it("are none by themselves, but to ask what there is", async () => {
      const given = await account("nobody", []);
      const list = await cluster().call("GET", pods(), { token: given });
      const user = `system:serviceaccount:${cluster().namespace}:nobody`;
      expect(list.status).toBe(403);
      expect(list.body.message).toBe(
        `pods is forbidden: User "${user}" cannot list resource "pods" in API group "" in the namespace "${cluster().namespace}"`,
      );
      const scale = await cluster().call("PATCH", `${cluster().path("deployments", "apps/v1")}/x/scale`, {
        token: given,
        body: [],
        contentType: jsonPatch,
      });
      expect(scale.body.message).toContain(`"${user}" cannot patch resource "deployments/scale" in API group "apps"`);
      expect((await cluster().call("GET", "/api/v1/nodes", { token: given })).body.message).toContain(
        'cannot list resource "nodes" in API group "" at the cluster scope',
      );
      expect((await cluster().call("GET", `${pods()}?watch=true`, { token: given })).body.message).toContain(
        "cannot watch",
      );
      expect((await cluster().call("GET", "/version", { token: given })).status).toBe(200);
    });

    it("are by verb, resource, subresource and name", async () => {
      const given = await account("reader", [
        { apiGroups: [""], resources: ["configmaps"], resourceNames: ["mine"], verbs: ["get"] },
        { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
      ]);
      const maps = cluster().path("configmaps");
      await until(async () => (await cluster().call("GET", pods(), { token: given })).status === 200);
      const codes = await Promise.all(
        [
          `${maps}/mine`,
          `${maps}/other`,
          maps,
          `${pods()}/bound`,
          `${pods()}/bound/log`,
          "/api/v1/namespaces/default/pods",
        ].map(async (path) => (await cluster().call("GET", path, { token: given })).status),
      );
      expect(codes).toEqual([404, 403, 403, 403, 403, 403]);
    }, 30_000);
  });

  describe("escalation", () => {
    const held = [
      { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"], verbs: ["create", "delete"] },
      { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "patch"] },
    ];
    let maker: string;
    beforeAll(async () => {
      maker = await account("maker", held);
      await until(
        async () =>
          (await cluster().call("POST", `${roles()}?dryRun=All`, { token: maker, body: role("try", []) })).status ===
          201,
      );
    }, 30_000);

    it("is refused: nobody gives what they do not hold", async () => {
      const wanted = role("more", [
        { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "delete"] },
        { apiGroups: [""], resources: ["secrets"], verbs: ["get"] },
      ]);
      const { status, body } = await cluster().call("POST", roles(), { token: maker, body: wanted });
      expect([status, body.reason]).toEqual([403, "Forbidden"]);
      expect(body.message).toContain("is attempting to grant RBAC permissions not currently held:");
      expect(body.message).toContain('{APIGroups:["apps"], Resources:["deployments"], Verbs:["delete"]}');
      expect(body.message).toContain('{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}');
    });

    it("is not what a narrower right is", async () => {
      const narrower = role("less", [
        { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["checkout"], verbs: ["patch"] },
      ]);
      expect((await cluster().call("POST", roles(), { token: maker, body: narrower })).status).toBe(201);
      expect((await cluster().call("POST", bindings(), { token: maker, body: binding("less", "maker") })).status).toBe(
        201,
      );
    });

    it("is refused by way of a binding", async () => {
      await cluster().call("POST", roles(), {
        body: role("big", [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }]),
      });
      await until(
        async () =>
          (await cluster().call("POST", bindings(), { token: maker, body: binding("big", "maker") })).status === 403,
      );
    }, 30_000);

    it("has no role that is not there", async () => {
      const { status, body } = await cluster().call("POST", bindings(), {
        token: maker,
        body: binding("absent", "maker"),
      });
      expect([status, body.reason]).toEqual([404, "NotFound"]);
    });
  });
}
