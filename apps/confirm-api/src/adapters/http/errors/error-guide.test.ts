import { expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorGuide } from '../../../../test/error-guide';
import { commonErrorCodes, type ErrorCode, paymentErrorCodes } from './error-codes';

const DOCUMENT = join(__dirname, '..', '..', '..', '..', '..', '..', 'docs', 'errors.md');

// `UPDATE_DOCS=1 npx jest error-guide` writes it, and prettier sets its columns.
it('is what docs/errors.md says', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(DOCUMENT, markdown());
  expect(wordsOf(readFileSync(DOCUMENT, 'utf8'))).toEqual(wordsOf(markdown()));
});

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).map((word) => word.replace(/^-+$/, '-'));
}

function markdown(): string {
  const codes: Readonly<Record<string, ErrorCode>> = { ...paymentErrorCodes, ...commonErrorCodes };
  const rows = Object.entries(errorGuide).flatMap(([name, meanings]) =>
    meanings.map(({ outcome, cause, money, again }) => {
      const { code, status, message } = codes[name]!;
      const cells = [
        `\`${code}\``,
        status,
        outcome === undefined ? '' : `\`${outcome}\``,
        message,
        cause,
        money,
        again,
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  return `# Errors

Every error answer is \`{"success":false,"error":{code, message, timestamp, occurredAt, details?, fieldErrors?}}\`. Where money is
concerned, \`details.outcome\` says where it is: \`none\` (nothing was charged), \`not-charged\` and \`declined\` (this request charged
nothing), \`charged\` (it stays charged), \`refunded\` (all of it went back), \`unknown\` (it may have moved).

| code | HTTP | outcome | message | cause | does money stand charged | may the client try again |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

This page is written from the table that the service answers from; a test holds it to that.
`;
}
