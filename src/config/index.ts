export { Duration } from "./duration.js";
export { buildFirstConfig, buildOverlay, type OverlayInput } from "./build-overlay.js";
export { Installation, loadInstallation, parseInstallation } from "./installation.js";
export {
  AllSettings,
  BotSettings,
  ControllerSettings,
  DoctorSettings,
  ExecutorSettings,
  GatewaySettings,
  JobSettings,
  WorkerSettings,
} from "./process-settings.js";
export { buildRedisUsers, type RedisUser, redisUsers } from "./redis-users.js";
export { describeSettings, type Environment, readSettings } from "./read-settings.js";
export { channelAllows, channelOf, environmentOf, holdersOf, namespaceApprovers, type Role } from "./roles.js";
