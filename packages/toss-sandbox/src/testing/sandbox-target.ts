import { ConformanceTarget, ControlPlane, type TargetOptions } from '@koosco/toss-conformance';
import { SandboxControl } from '../sandbox-control';

/** A merchant of a sandbox, and whoever may do anything with it. */
export class SandboxTarget extends ConformanceTarget {
  readonly sandbox: SandboxControl;

  private constructor(options: TargetOptions, controlPlane: ControlPlane | undefined) {
    super(options, controlPlane);
    this.sandbox = new SandboxControl(options.url);
  }

  static override async connect(options: TargetOptions): Promise<SandboxTarget> {
    return new SandboxTarget(options, await ControlPlane.at(options.url));
  }

  /** There and back until whatever could be answered has been: it is one process, and without a disk. */
  async roundTrips(): Promise<void> {
    for (let trip = 0; trip < 5; trip += 1) await this.sandbox.now();
  }
}
