export { collectSnapshot } from "./collect/collect-snapshot.js";
export { investigate } from "./investigate.js";
export type {
  ModelMessage,
  ModelTurn,
  ReadCluster,
  ReasoningModel,
  RunGateway,
  ToolCall,
  ToolSchema,
} from "./ports.js";
