import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..', '..');
export const DOCKERFILE = join(ROOT, 'infra', 'images', 'Dockerfile');
export const COMPOSE_FILE = join(ROOT, 'infra', 'compose', 'compose.yaml');
export const OVERLAYS = join(ROOT, 'infra', 'k8s', 'overlays');
