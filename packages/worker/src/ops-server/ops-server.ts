export interface OpsServer {
  readonly port: number;
  /** Resolves when the port is free again. */
  close(): Promise<void>;
}
