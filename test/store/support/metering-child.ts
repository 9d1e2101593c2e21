// A sync of metering in a process of its own, for tests that kill it: one line on stdout for each commit.
import { openMeteringWorkspace } from '../../support/metering-workspace.ts';

const w = await openMeteringWorkspace({ folder: process.argv[2]!, chunkBytes: 20_000 });
await w.engine.run({ onProgress: () => process.stdout.write('taken\n') });
await w.close();
