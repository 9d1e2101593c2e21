import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DATABASE_NAME } from '../store/index.ts';
import { createApp } from './create-app.ts';
import { createDemoWorkspace } from './demo/create-demo.ts';
import { demoFolder, lastWorkspace } from './known-workspaces.ts';

/** The workspace to open: the one named, else the last one, else the demo, made now. */
export async function chooseWorkspace(named: string | null, say: (text: string) => void): Promise<string> {
  if (named !== null) return resolve(named);
  const last = await lastWorkspace();
  if (last !== null && last !== demoFolder()) return last;
  const folder = demoFolder();
  if (!existsSync(join(folder, DATABASE_NAME))) {
    say('There is no workspace yet: making the demo (a few seconds).');
    await createDemoWorkspace({ openApp: createApp, folder, seed: 'countersign' });
  }
  say(
    `This is the demo, in ${folder}. For a workspace of your own: npm start -- --workspace DIR, or "Open another workspace" in the console.`,
  );
  return folder;
}
