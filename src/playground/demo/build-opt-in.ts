interface Bound {
  kind: string;
  metadata: { namespace?: string };
}

/** What an installer adds for each namespace that KubeClaw may look at and act in: the sample of the manifests, once for each. Pure. */
export function buildOptIn(sample: readonly unknown[], namespaces: readonly string[]): object[] {
  const bindings = (sample as readonly Bound[]).filter(({ kind }) => kind === "RoleBinding");
  return namespaces.flatMap((namespace) =>
    bindings.map((binding) => ({ ...binding, metadata: { ...binding.metadata, namespace } })),
  );
}
