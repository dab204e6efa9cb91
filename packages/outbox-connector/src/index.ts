export { beginAnew, CONNECTOR_LOCK, deleteConnector } from './begin-anew';
export { connectorConfiguration, SCHEMA_HISTORY_TOPIC } from './connector-configuration';
export {
  connectorDefaults,
  connectorConfigurationOf,
  connectorVariables,
  passwordProblem,
} from './connector-variables';
export { type Difference, differencesOf } from './differences-of';
export { failureIn } from './failure-in';
export { KafkaConnectClient, type TaskState } from './kafka-connect-client';
export { KafkaConnectFailure } from './kafka-connect-failure';
export { type LostPosition, lostPositionIn } from './lost-position';
