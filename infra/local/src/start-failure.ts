/** A component did not come up. The message holds its name, the reason and the end of its log. */
export class StartFailure extends Error {
  constructor(
    readonly component: string,
    readonly reason: string,
    readonly logFile: string,
    readonly logEnd: string,
  ) {
    super(`${component} did not start: ${reason}\n\nThe end of ${logFile}:\n${indent(logEnd)}`);
    this.name = 'StartFailure';
  }
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  | ');
}
