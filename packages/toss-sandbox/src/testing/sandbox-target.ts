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
}
