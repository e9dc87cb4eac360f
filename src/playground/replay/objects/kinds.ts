import type { Body } from "./schemas.js";
import type { Stored } from "./stored.js";

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string | undefined;
  message?: string | undefined;
  lastTransitionTime: string;
  lastUpdateTime?: string | undefined;
}

export interface DeploymentStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  conditions?: Condition[];
}

export interface ReplicaSetStatus {
  replicas: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  observedGeneration?: number;
}

export interface Waiting {
  reason: string;
  message?: string;
}
export interface Terminated {
  exitCode: number;
  reason: string;
  startedAt: string;
  finishedAt: string;
}
export type ContainerState = { waiting: Waiting } | { running: { startedAt: string } } | { terminated: Terminated };

export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: ContainerState;
  lastState: Partial<Record<"terminated", Terminated>>;
}

export interface PodStatus {
  phase: "Pending" | "Running" | "Succeeded" | "Failed";
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  podIP?: string;
  hostIP?: string;
  startTime?: string;
  qosClass?: string;
  reason?: string;
}

export interface JobStatus {
  startTime?: string;
  completionTime?: string;
  active?: number;
  ready?: number;
  terminating?: number;
  succeeded?: number;
  failed?: number;
  conditions?: Condition[];
}

export type Deployment = Stored & Body<"Deployment"> & { status?: DeploymentStatus };
export type ReplicaSet = Stored & Body<"ReplicaSet"> & { status?: ReplicaSetStatus };
export type Pod = Stored & Body<"Pod"> & { status?: PodStatus };
export type Job = Stored & Body<"Job"> & { status?: JobStatus };

/** The kinds that controllers here work on, with their types; every other kind is just an object. */
export interface KindMap {
  Deployment: Deployment;
  ReplicaSet: ReplicaSet;
  Pod: Pod;
  Job: Job;
  Service: Stored & Body<"Service">;
  ConfigMap: Stored & Body<"ConfigMap">;
  Role: Stored & Body<"Role">;
  ClusterRole: Stored & Body<"ClusterRole">;
  RoleBinding: Stored & Body<"RoleBinding">;
  ClusterRoleBinding: Stored & Body<"ClusterRoleBinding">;
}

export type OfKind<K extends string> = K extends keyof KindMap ? KindMap[K] : Stored;

/** The status with one condition set; its time of transition moves only with its status. */
export function withCondition(conditions: readonly Condition[] | undefined, next: Condition): Condition[] {
  const before = (conditions ?? []).find(({ type }) => type === next.type);
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : next.lastTransitionTime;
  return [...(conditions ?? []).filter(({ type }) => type !== next.type), { ...next, lastTransitionTime }];
}
