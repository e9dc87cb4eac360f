// The anchor of an agent's start: the same libraries out of node_modules, and one call to the API server.
import "zod";
import "pino";
import "@anthropic-ai/sdk";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";

const config = new KubeConfig();
config.loadFromDefault();
await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: "shop" });
