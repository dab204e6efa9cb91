import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { readDockerfile, type Step } from './dockerfile';
import { ROOT } from '../repository';

/** What a stage has come to: a folder that stands for its root, and what it says about running it. */
export interface Image {
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
  readonly ports: readonly number[];
}

/**
 * Follows the Dockerfile where there is no engine: a stage is a folder, COPY copies, RUN runs in it. Base images are not there: what
 * they bring, Node and a Debian, this machine has.
 */
export class ImageBuilder {
  readonly #dockerfile = readDockerfile();
  readonly #ignored = ignoredBy(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
  /** Stages that no argument changes and that copy nothing: the same for every image. */
  readonly #shared = new Map<string, Promise<Image>>();
  #builds = 0;

  constructor(private readonly folder: string) {}

  build(target: string, args: Readonly<Record<string, string>>): Promise<Image> {
    return new Build(
      this.#dockerfile,
      this.#ignored,
      this.#shared,
      join(this.folder, String(++this.#builds)),
      args,
    ).stage(target);
  }
}

class Build {
  readonly #stages = new Map<string, Promise<Image>>();

  constructor(
    private readonly dockerfile: ReturnType<typeof readDockerfile>,
    private readonly ignored: (path: string) => boolean,
    private readonly shared: Map<string, Promise<Image>>,
    private readonly folder: string,
    private readonly args: Readonly<Record<string, string>>,
  ) {}

  stage(name: string): Promise<Image> {
    const stage = this.dockerfile.stages.find((one) => one.name === name);
    if (stage === undefined) throw new Error(`There is no stage ${name}`);
    const known = stage.steps.some(({ keyword }) => keyword === 'ARG' || keyword === 'COPY')
      ? this.#stages
      : this.shared;
    const made = known.get(name) ?? this.#make(name, stage.base, stage.steps);
    known.set(name, made);
    return made;
  }

  async #make(name: string, base: string, steps: readonly Step[]): Promise<Image> {
    const root = join(this.folder, name);
    mkdirSync(root, { recursive: true });
    const isStage = this.dockerfile.stages.some((stage) => stage.name === base);
    const below = isStage ? await this.stage(base) : undefined;
    if (below !== undefined) await link(below.root, root);
    let image: Image = { ...(below ?? NOTHING), root };
    const given: Record<string, string> = {};
    for (const step of steps) image = await this.#follow(step, image, given);
    return image;
  }

  async #follow(step: Step, image: Image, given: Record<string, string>): Promise<Image> {
    const words = step.words.map((word) => expand(word, { ...given, ...image.env }));
    const [first = '', ...others] = words;
    switch (step.keyword) {
      case 'ARG': {
        const [variable = '', fallback] = first.split('=', 2);
        const value = this.args[variable] ?? fallback;
        if (value === undefined) throw new Error(`${variable} is wanted`);
        given[variable] = value;
        return image;
      }
      case 'ENV':
        return { ...image, env: { ...image.env, ...Object.fromEntries(words.map((word) => splitAt(word, '='))) } };
      case 'WORKDIR':
        mkdirSync(join(image.root, first), { recursive: true });
        return { ...image, workdir: first };
      case 'COPY':
        await this.#copy(first, others[0] ?? '', image, step.flags['from']);
        return image;
      case 'RUN':
        await run(step.text, image, { ...given, TURBO_CACHE_DIR: join(this.folder, '..', 'turbo-cache') });
        return image;
      case 'USER':
        return { ...image, user: first };
      case 'ENTRYPOINT':
        return { ...image, entrypoint: words };
      case 'HEALTHCHECK':
        return { ...image, healthcheck: words };
      case 'EXPOSE':
        return { ...image, ports: [...image.ports, Number(first)] };
      default:
        throw new Error(`${step.keyword} is not followed here`);
    }
  }

  async #copy(source: string, target: string, image: Image, from: string | undefined): Promise<void> {
    const origin = from === undefined ? ROOT : (await this.stage(from)).root;
    const wanted = join(origin, source);
    const isFile = !source.endsWith('/') && source !== '.';
    const to = join(
      image.root,
      target.startsWith('/') ? '' : image.workdir,
      target,
      isFile ? relative(dirname(wanted), wanted) : '',
    );
    if (!existsSync(wanted)) throw new Error(`COPY: ${source} is not there`);
    if (from !== undefined) return link(wanted, to);
    const filter = (path: string) => !this.ignored(relative(ROOT, path));
    await cp(wanted, to, { recursive: true, verbatimSymlinks: true, filter });
  }
}

/** Copies without copying: no step changes a file in its place. */
async function link(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  await promisify(execFile)('cp', ['-al', `${from}/.`, to]);
}

const NOTHING = { workdir: '/', env: {}, user: 'root', entrypoint: [], healthcheck: [], ports: [] };

async function run(command: string, image: Image, given: Record<string, string>): Promise<void> {
  const child = spawn('/bin/sh', ['-ec', command], {
    cwd: join(image.root, image.workdir),
    env: {
      // How this machine reaches its registry, among others; not the turbo and the Jest that this runs in.
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TURBO_|NODE_ENV$)/.test(name))),
      // Where npm puts what is installed globally, in an image; its settings stay this machine's.
      npm_config_globalconfig: execFileSync('npm', ['config', 'get', 'globalconfig'], { encoding: 'utf8' }).trim(),
      npm_config_prefix: join(image.root, 'usr', 'local'),
      PATH: `${join(image.root, 'usr', 'local', 'bin')}:${process.env['PATH'] ?? ''}`,
      CI: 'true',
      ...SPARING,
      ...given,
      ...image.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`RUN ${command}\n${out.slice(-4_000)}${err.slice(-4_000)}`);
}

/** What an image would fetch and build anew is taken from what this machine has fetched, and the images share what they build. */
const SPARING: Record<string, string> = {
  npm_config_prefer_offline: 'true',
  npm_config_update_notifier: 'false',
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};

function expand(word: string, variables: Readonly<Record<string, string>>): string {
  return word.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (_all, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    if (variables[name] === undefined) throw new Error(`${word}: ${name} is not known here`);
    return variables[name];
  });
}

function splitAt(word: string, separator: string): [string, string] {
  const at = word.indexOf(separator);
  return [word.slice(0, at), word.slice(at + 1)];
}

/** `name` at the top, or `**` and a name anywhere: no other pattern is used. */
function ignoredBy(dockerignore: string): (path: string) => boolean {
  const patterns = dockerignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const unknown = patterns.find((pattern) => !/^(\*\*\/)?[\w.-]+$/.test(pattern));
  if (unknown !== undefined) throw new Error(`.dockerignore: ${unknown} is not understood here`);
  return (path) => {
    const names = path.split('/');
    return patterns.some((pattern) =>
      pattern.startsWith('**/') ? names.includes(pattern.slice(3)) : names[0] === pattern,
    );
  };
}
