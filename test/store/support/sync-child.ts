// A sync in a process of its own, for tests that kill it: one line on stdout for each commit.
import { openSyncWorkspace } from '../../support/sync-workspace.ts';

const w = await openSyncWorkspace({ folder: process.argv[2]!, chunkBytes: 30_000 });
await w.engine.run({ onProgress: () => process.stdout.write('taken\n') });
await w.close();
