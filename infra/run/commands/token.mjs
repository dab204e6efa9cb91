import { Refusal } from '../command-line.mjs';
import { launch } from '../launch.mjs';
import { requireRunningSystem } from '../running-system.mjs';
import { wholeNumber } from '../whole-number.mjs';

const ROLES = ['USER', 'ADMIN', 'SERVICE'];

export const token = {
  name: 'npm run token',
  summary: `Prints a token for the running npm start, good for a day: what the platform's login would give a buyer, an operator or
another service. It is signed with the development secret and proves nothing anywhere else.`,
  options: {
    user: { value: 'USER_ID', help: '1 unless given', read: wholeNumber({ min: 1n }), isNpmOption: true },
    role: { value: ROLES.join('|'), help: 'USER unless given; may be repeated', read: role, isRepeatable: true },
  },
  examples: [
    'npm run --silent token -- --user 2',
    'npm run --silent token -- --user 2 --role ADMIN',
    'export TOKEN=$(npm run --silent token)',
  ],
  run({ user = '1', role: roles = ['USER'] }) {
    requireRunningSystem();
    return launch('token', { userId: user, roles });
  },
};

function role(text) {
  const found = ROLES.find((each) => each === text.toUpperCase());
  if (found === undefined) throw new Refusal(`--role is one of ${ROLES.join(', ')}, not '${text}'`, 2);
  return found;
}
