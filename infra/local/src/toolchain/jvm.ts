import { config } from '../config';
import { type Runtime } from './runtime';

/** The arguments of a Java process that starts fast and stays small, up to and including its main class. */
export function jvmArgs(runtime: Runtime, heapMb: number, mainClass: string): string[] {
  return [
    '-Xms64m',
    `-Xmx${heapMb}m`,
    // Two cores are shared with everything else: the parallel collectors and the optimizing compiler would take them
    // for the first minute, which is all the life most stacks have.
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Xshare:auto',
    '-XX:-UsePerfData',
    '-Djava.awt.headless=true',
    `-Dlog4j2.configurationFile=file:${config.log4j}`,
    '-cp',
    runtime.classPath,
    mainClass,
  ];
}
