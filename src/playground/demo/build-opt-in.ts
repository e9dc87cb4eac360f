interface Bound {
  kind: string;
  metadata: { namespace?: string };
}

/** What an installer adds: the sample of the manifests, its RoleBindings once for each namespace that opts in. Pure. */
export function buildOptIn(sample: readonly unknown[], namespaces: readonly string[]): object[] {
  return (sample as readonly Bound[]).flatMap((binding) =>
    binding.kind === "RoleBinding"
      ? namespaces.map((namespace) => ({ ...binding, metadata: { ...binding.metadata, namespace } }))
      : [binding],
  );
}
