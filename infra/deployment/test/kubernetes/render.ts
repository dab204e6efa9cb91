import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

type Names = Readonly<Record<string, string>>;

export interface Selector {
  readonly matchLabels?: Names;
  readonly matchExpressions?: readonly { readonly values: readonly string[] }[];
}

interface Peers {
  readonly from?: readonly { readonly podSelector?: Selector }[];
  readonly to?: readonly { readonly podSelector?: Selector }[];
}

interface Probe {
  readonly httpGet: object;
}

export interface Container {
  image: string;
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly object[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly resources: { readonly limits: { readonly memory: string } };
  readonly volumeMounts?: readonly object[];
}

/** What tests read of manifests, whatever their kind: its schema is held against each before. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; namespace?: string; readonly labels?: Names };
  readonly data?: Names;
  readonly stringData?: Names;
  readonly spec: {
    readonly replicas?: number;
    readonly selector: Selector & Names;
    readonly template: {
      readonly metadata: { readonly labels: Names; readonly annotations: Names };
      readonly spec: {
        readonly containers: readonly [Container, ...Container[]];
        readonly volumes?: readonly { readonly secret: { readonly secretName: string } }[];
        readonly terminationGracePeriodSeconds: number;
      };
      readonly connectContainer: { readonly env: readonly { readonly name: string }[] };
    };
    readonly scaleTargetRef: { readonly name: string };
    readonly maxReplicaCount: number;
    readonly triggers: readonly { readonly metadata: Names }[];
    readonly podSelector: Selector;
    readonly ingress?: readonly Peers[];
    readonly egress?: readonly Peers[];
    readonly ports: readonly object[];
    readonly partitions: number;
    readonly bootstrapServers: string;
    readonly class: string;
    readonly tasksMax: number;
    readonly config: Names;
  };
}

interface Kustomization {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly resources: readonly string[];
  readonly images?: readonly { readonly name: string; readonly newTag: string }[];
  readonly patches?: readonly {
    readonly target: { readonly kind: string; readonly name: string };
    readonly patch: string;
  }[];
}

/**
 * What `kubectl kustomize` makes of a folder. There is no kustomize where tests run, so ours use as little of it as this reads:
 * resources, one namespace, tags of images, and JSON patches. Whatever else is in a kustomization is refused.
 */
export function render(folder: string): readonly Manifest[] {
  const {
    apiVersion,
    kind,
    namespace,
    resources,
    images = [],
    patches = [],
    ...others
  } = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
  if (kind !== 'Kustomization' || apiVersion !== 'kustomize.config.k8s.io/v1beta1' || Object.keys(others).length > 0) {
    throw new Error(`${folder}: ${Object.keys(others).join(', ')} is not understood here`);
  }
  const manifests = resources.flatMap((path) => read(join(folder, path)));
  for (const { target, patch } of patches) {
    const found = manifests.find((one) => one.kind === target.kind && one.metadata.name === target.name);
    if (found === undefined) throw new Error(`${folder}: there is no ${target.kind} ${target.name} to patch`);
    for (const operation of parse(patch) as readonly Operation[]) apply(found, operation);
  }
  for (const manifest of manifests) {
    if (namespace !== undefined && manifest.kind !== 'Namespace') manifest.metadata.namespace = namespace;
    for (const container of containersOf(manifest)) {
      const tag = images.find(({ name }) => name === container.image)?.newTag;
      if (tag !== undefined) container.image = `${container.image}:${tag}`;
    }
  }
  return manifests;
}

function read(path: string): readonly Manifest[] {
  if (statSync(path).isDirectory()) return render(path);
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as Manifest;
  });
}

/** Of what has pods. */
function containersOf({ kind, spec }: Manifest): readonly Container[] {
  return kind === 'Deployment' || kind === 'Job' ? spec.template.spec.containers : [];
}

interface Operation {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: unknown;
}

/** RFC 6902, without what only maps with slashes in their keys need. */
function apply(document: unknown, { op, path, value }: Operation): void {
  const names = path.split('/').slice(1);
  const last = names.pop() ?? '';
  let at = document as Record<string, unknown>;
  for (const name of names) {
    at = at[name] as Record<string, unknown>;
    if (typeof at !== 'object') throw new Error(`${path} is not there`);
  }
  if (Array.isArray(at) && last === '-') at.push(value);
  else if (op === 'replace' && at[last] === undefined) throw new Error(`${path} is not there to be replaced`);
  else at[last] = value;
}
