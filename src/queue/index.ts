export { decidePriority, type Shares } from "./decide-priority.js";
export type { Enqueue } from "./ports.js";
export { type QueueName, type QueuePayload, queuePrefix, queues, recovery } from "./queues.js";
