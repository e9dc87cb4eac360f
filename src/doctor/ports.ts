export interface RedisFacts {
  version: string;
  policy: string;
  appendOnly: boolean;
  lastWriteOk: boolean;
  usedBytes: number;
  /** 0: no limit. */
  limitBytes: number;
  clock: Date;
}

export interface SlackFacts {
  team: string;
  /** The app that the token belongs to; null where Slack does not say. */
  appId: string | null;
  scopes: readonly string[];
  clock: Date | null;
}

export interface SlackProbe {
  facts(): Promise<SlackFacts>;
  /** @throws with Slack's own word where the app-level token is refused. */
  openSocket(): Promise<void>;
  /** How many people a user group has; null where Slack does not give it away. */
  groupSize(group: string): Promise<number | null>;
}

export interface ClusterFacts {
  version: string;
  clock: Date | null;
  /** By name: the digest of the schema that is installed; null without one. */
  resources: ReadonlyMap<string, { schema: string | null; established: boolean }>;
  /** Names of admission policies that are bound with Deny. */
  policies: ReadonlySet<string>;
  /** What the policy for the worker's Jobs lets run, as its CEL text. */
  jobImage: string | null;
}

/** One question to the authorizer. */
export interface Right {
  account: { namespace: string; name: string };
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
}

export interface ClusterProbe {
  facts(): Promise<ClusterFacts>;
  mayDo(right: Right): Promise<boolean>;
  /** Runs a Job as an investigation would be run, which asks the gateway; says what came of it. */
  reachGatewayFromJob(image: string, gatewayUrl: string): Promise<{ reached: boolean; found: string }>;
}

export interface ModelProbe {
  /** @throws where the model does not answer to that name and key. */
  find(): Promise<void>;
}
