import { type Role, userToken } from '../demo/user-token';
import { runCli } from './run-cli';

runCli(async ({ userId, roles }: { userId: string; roles: readonly Role[] }) => {
  console.log(await userToken(BigInt(userId), roles));
  return 0;
});
