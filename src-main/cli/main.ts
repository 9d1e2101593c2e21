import { buildProgram } from './program.ts';
import { finish } from './outcome.ts';

// Exit codes are part of the product: 0 holds, 1 does not hold, 2 usage or input, 3 cannot be decided, 4 not anchored.
process.exitCode = await finish(async () => {
  await buildProgram().parseAsync(process.argv);
});
