import type { Resources } from "../objects/resources.js";

export const version = {
  major: "1",
  minor: "34",
  gitVersion: "v1.34.4",
  gitCommit: "",
  gitTreeState: "",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: "",
};

function resourceList(resources: Resources, group: string, groupVersion: string): object {
  const rows = resources.all.filter((row) => row.group === group);
  const verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion,
    resources: rows.flatMap(({ plural, kind, namespaced, shortNames, status, scale }) => [
      { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs, shortNames },
      ...(status
        ? [{ name: `${plural}/status`, singularName: "", namespaced, kind, verbs: ["get", "patch", "update"] }]
        : []),
      ...(scale
        ? [{ name: `${plural}/scale`, singularName: "", namespaced, kind: "Scale", verbs: ["get", "patch", "update"] }]
        : []),
    ]),
  };
}

/** Answers of paths that are no resources: version, health, discovery; undefined for a path that is not served. */
export function discover(resources: Resources, path: string): object | string | undefined {
  const groups = [...new Map(resources.all.filter(({ group }) => group !== "").map((row) => [row.group, row.version]))];
  const describe = ([group, groupVersion]: [string, string]) => {
    const preferred = { groupVersion: `${group}/${groupVersion}`, version: groupVersion };
    return { name: group, versions: [preferred], preferredVersion: preferred };
  };
  const [root, group, groupVersion] = path.split("/").filter((part) => part !== "");
  if (path === "/version" || path === "/version/") return version;
  if (path === "/healthz" || path === "/livez" || path === "/readyz") return "ok";
  if (root === "api") {
    if (group === undefined) return { kind: "APIVersions", versions: ["v1"] };
    return group === "v1" ? resourceList(resources, "", "v1") : undefined;
  }
  if (root !== "apis") return undefined;
  if (group === undefined) return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map(describe) };
  const known = groups.find(([name]) => name === group);
  if (!known) return undefined;
  if (groupVersion === undefined) return { kind: "APIGroup", apiVersion: "v1", ...describe(known) };
  return groupVersion === known[1] ? resourceList(resources, group, `${group}/${groupVersion}`) : undefined;
}
