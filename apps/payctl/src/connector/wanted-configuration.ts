import { connectorConfigurationOf, passwordProblem } from '@koosco/outbox-connector';
import { type Config } from '../config';

/** The configuration that this version gives the connector in this environment. @returns what is missing for it. */
export function wantedConfiguration(config: Config): Readonly<Record<string, string>> | string {
  const { NODE_ENV, CONNECTOR_DB_USERNAME, CONNECTOR_DB_PASSWORD } = config;
  if (CONNECTOR_DB_USERNAME === undefined || CONNECTOR_DB_PASSWORD === undefined) {
    return 'CONNECTOR_DB_USERNAME and CONNECTOR_DB_PASSWORD say how the connector enters the database, and are not set';
  }
  const problem = passwordProblem({ NODE_ENV, CONNECTOR_DB_PASSWORD });
  return problem ?? connectorConfigurationOf({ ...config, CONNECTOR_DB_USERNAME, CONNECTOR_DB_PASSWORD });
}
