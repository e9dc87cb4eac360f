import { randomUUID } from "node:crypto";
import type { Clock } from "./clock.js";
import type { OfKind } from "./objects/kinds.js";
import { apiVersionOf, type Resource, type Resources } from "./objects/resources.js";
import type { Metadata, Stored } from "./objects/stored.js";
import { alreadyExists, modified, type Named, notFound } from "./status-error.js";
import { sameJson } from "./objects/same-json.js";

export interface Change {
  type: "ADDED" | "MODIFIED" | "DELETED";
  resource: Resource;
  object: Stored;
  previous: Stored | undefined;
  version: number;
}

const keptChanges = 2_000;

/** What a caller may leave to the store. */
export type Draft = { metadata: Partial<Metadata> & { name: string } } & Record<string, unknown>;

/**
 * Every object of the cluster, with one counter of versions. Objects are values: a change makes a new one.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export class Store {
  #version = 1;
  readonly #objects = new Map<string, Map<string, Stored>>();
  readonly #history = new Map<string, Change[]>();
  readonly #forgotten = new Map<string, number>();
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(
    readonly resources: Resources,
    private readonly clock: Clock,
  ) {}

  get version(): number {
    return this.#version;
  }

  static named(resource: Resource, name: string): Named {
    return { plural: resource.plural, group: resource.group, kind: resource.kind, name };
  }

  /** In the order of etcd's keys. */
  all<K extends string>(kind: K, namespace?: string): OfKind<K>[] {
    const objects = [...(this.#objects.get(kind)?.entries() ?? [])]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, object]) => object);
    return objects.filter(
      (object) => namespace === undefined || object.metadata.namespace === namespace,
    ) as OfKind<K>[];
  }

  find<K extends string>(kind: K, namespace: string | undefined, name: string): OfKind<K> | undefined {
    return this.#objects.get(kind)?.get(`${namespace ?? ""}/${name}`) as OfKind<K> | undefined;
  }

  /** @throws StatusError 404 */
  get<K extends string>(kind: K, namespace: string | undefined, name: string): OfKind<K> {
    const found = this.find(kind, namespace, name);
    if (!found) throw notFound(Store.named(this.resources.ofKind(kind), name));
    return found;
  }

  /** What a creation would give; nothing is kept. */
  complete(kind: string, draft: Draft): Stored {
    const resource = this.resources.ofKind(kind);
    const {
      generation: _generation,
      resourceVersion: _version,
      deletionTimestamp: _deleted,
      ...metadata
    } = draft.metadata;
    return {
      ...draft,
      apiVersion: apiVersionOf(resource),
      kind,
      metadata: {
        ...metadata,
        uid: randomUUID(),
        resourceVersion: "",
        creationTimestamp: this.clock.stamp(),
        ...(resource.generation ? { generation: 1 } : {}),
      },
    };
  }

  /** @throws StatusError 409 where one of that name is there */
  create<K extends string>(kind: K, draft: Draft): OfKind<K> {
    const object = this.complete(kind, structuredClone(draft));
    const resource = this.resources.ofKind(kind);
    const { namespace, name } = object.metadata;
    if (this.find(kind, namespace, name)) throw alreadyExists(Store.named(resource, name));
    return this.#keep("ADDED", resource, object, undefined) as OfKind<K>;
  }

  /**
   * What a write would give: the same object where nothing changed, else one of the next generation where what is
   * wanted changed. @throws StatusError 409 where `next` was made of another version
   */
  next<T extends Stored>(current: T, next: T, counts: boolean): T {
    const resource = this.resources.ofKind(current.kind);
    const { resourceVersion } = next.metadata;
    if (resourceVersion !== "" && resourceVersion !== current.metadata.resourceVersion) {
      throw modified(Store.named(resource, current.metadata.name));
    }
    const { uid, creationTimestamp, generation, deletionTimestamp, namespace } = current.metadata;
    const same = {
      ...next.metadata,
      uid,
      creationTimestamp,
      generation,
      deletionTimestamp,
      namespace,
      resourceVersion: current.metadata.resourceVersion,
    };
    const metadata = Object.fromEntries(
      Object.entries(same).filter(([, value]) => value !== undefined),
    ) as unknown as Metadata;
    const merged = { ...next, metadata };
    if (sameJson(merged, current)) return current;
    const wanted = ({ metadata: _metadata, status: _status, ...rest }: Stored) => rest;
    const bump = counts && resource.generation && !sameJson(wanted(merged), wanted(current));
    return bump ? { ...merged, metadata: { ...metadata, generation: (generation ?? 0) + 1 } } : merged;
  }

  /** Keeps what `next` gives. */
  replace<T extends Stored>(current: T, next: T, counts = true): T {
    const after = this.next(current, next, counts);
    if (after === current) return current;
    return this.#keep("MODIFIED", this.resources.ofKind(current.kind), after, current) as T;
  }

  /**
   * A change by a controller: of a copy, in place. Nothing happens where the object is gone.
   * @param counts whether a change of what is wanted is a new generation
   */
  change<T extends Stored>(object: T, mutate: (draft: T) => void, counts = true): void {
    const { namespace, name } = object.metadata;
    const current = this.find(object.kind, namespace, name) as T | undefined;
    if (current?.metadata.uid !== object.metadata.uid) return;
    const draft = structuredClone(current);
    mutate(draft);
    this.replace(current, draft, counts);
  }

  /** Marks an object as going, for its node to end it. */
  markDeleted(object: Stored, seconds: number): void {
    const { namespace, name, deletionTimestamp } = object.metadata;
    const current = this.find(object.kind, namespace, name);
    if (!current || deletionTimestamp !== undefined) return;
    const metadata = {
      ...current.metadata,
      deletionTimestamp: this.clock.stamp(),
      deletionGracePeriodSeconds: seconds,
    };
    this.#keep("MODIFIED", this.resources.ofKind(object.kind), { ...current, metadata }, current);
  }

  remove(object: Stored): void {
    const { namespace, name } = object.metadata;
    const current = this.find(object.kind, namespace, name);
    if (current?.metadata.uid !== object.metadata.uid) return;
    this.#objects.get(object.kind)?.delete(`${namespace ?? ""}/${name}`);
    this.#note({
      type: "DELETED",
      resource: this.resources.ofKind(object.kind),
      object: current,
      previous: current,
      version: 0,
    });
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes of a kind after a version, or undefined where they are not all known any more. */
  changesSince(kind: string, version: number): readonly Change[] | undefined {
    if (version < (this.#forgotten.get(kind) ?? 0)) return undefined;
    return (this.#history.get(kind) ?? []).filter((change) => change.version > version);
  }

  /** Forgets what led here, as a server does some minutes later. */
  forgetHistory(): void {
    for (const { kind } of this.resources.all) {
      this.#history.set(kind, []);
      this.#forgotten.set(kind, this.#version);
    }
  }

  #keep(type: Change["type"], resource: Resource, object: Stored, previous: Stored | undefined): Stored {
    const version = this.#version + 1;
    const kept = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    const { namespace, name } = kept.metadata;
    const ofKind = this.#objects.get(resource.kind) ?? new Map<string, Stored>();
    this.#objects.set(resource.kind, ofKind.set(`${namespace ?? ""}/${name}`, kept));
    this.#note({ type, resource, object: kept, previous, version: 0 });
    return kept;
  }

  #note(change: Change): void {
    this.#version += 1;
    const version = this.#version;
    const { kind } = change.resource;
    // The last state of a deleted object carries the version of its deletion.
    const object =
      change.type === "DELETED"
        ? { ...change.object, metadata: { ...change.object.metadata, resourceVersion: String(version) } }
        : change.object;
    const noted = { ...change, object, version };
    const history = this.#history.get(kind) ?? [];
    history.push(noted);
    if (history.length > keptChanges) this.#forgotten.set(kind, history.shift()?.version ?? 0);
    this.#history.set(kind, history);
    for (const listener of this.#listeners) listener(noted);
  }
}
