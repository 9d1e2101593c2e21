import { resolve } from 'node:path';
import { createApp } from '../src-main/app/create-app.ts';
import { createDemoWorkspace } from '../src-main/app/demo/create-demo.ts';
import { demoFolder, lastWorkspace } from '../src-main/app/known-workspaces.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The workspace to open: the one named, else the last one, else the demo, made now. */
export async function chooseWorkspace(named: string | undefined, say: (text: string) => void): Promise<string> {
  if (named !== undefined) return resolve(named);
  const last = await lastWorkspace();
  if (last !== null) return last;
  const folder = demoFolder();
  if (!existsSync(join(folder, 'countersign.db'))) {
    say('There is no workspace yet: making the demo (a few seconds).');
    await createDemoWorkspace({ openApp: createApp, folder, seed: 'countersign' });
  }
  say(
    `This is the demo, in ${folder}. For a workspace of your own: npm start -- --workspace DIR, or "Open another workspace" in the console.`,
  );
  return folder;
}
