// Writes what Prometheus and Grafana read.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { observabilityFiles } from './observability-files';

for (const [path, content] of Object.entries(observabilityFiles())) {
  const file = join(__dirname, '..', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
