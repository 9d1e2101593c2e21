// The one door to every script: plain JavaScript, so that an old Node says what is missing instead of failing on syntax.
import module from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Countersign needs Node 22.18 or newer; this is ${process.versions.node}. Nothing was started.\n` +
      'Run it through npm (npm start, npm test, npm run -s cli), which uses the Node that comes with the project, or install a newer Node.',
  );
  process.exit(2);
}
// Stripped and compiled code is kept by content, so that the second start of a command is a quick one.
const compileCache = resolve(import.meta.dirname, '../.cache/compile');
module.enableCompileCache?.(compileCache);
// The call is for this thread alone; worker threads look into the environment.
process.env.NODE_COMPILE_CACHE ??= compileCache;
const [entry, ...rest] = process.argv.slice(2);
process.argv = [process.argv[0], resolve(entry), ...rest];
await import(pathToFileURL(resolve(import.meta.dirname, '..', entry)).href);
