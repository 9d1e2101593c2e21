import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const builderRequire = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
/** The YAML reader that electron-builder itself uses. */
const yaml = builderRequire('js-yaml') as { load: (text: string) => unknown };

export interface FileSet {
  readonly from: string;
  readonly to: string;
  readonly filter: readonly string[];
}

export interface BuilderConfig {
  readonly appId: string;
  readonly asar: boolean;
  readonly npmRebuild: boolean;
  readonly extraMetadata: { readonly main: string };
  readonly files: readonly (string | FileSet)[];
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly protocols: readonly { readonly schemes: readonly string[] }[];
  readonly linux: { readonly target: readonly string[]; readonly icon: string };
  readonly mac: { readonly target: readonly string[]; readonly icon: string };
  readonly win: { readonly target: readonly string[]; readonly icon: string };
}

export const builderConfig = yaml.load(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as BuilderConfig;

interface Matcher {
  readonly from: string;
  readonly patterns: string[];
  createFilter(): (path: string, stat: object) => boolean;
}
/** electron-builder's own reading of the list, so that the test cannot understand it differently. */
const { getMainFileMatchers, getNodeModuleFileMatcher } = builderRequire('app-builder-lib/out/fileMatcher.js') as {
  getMainFileMatchers: (
    appDir: string,
    to: string,
    expand: (text: string) => string,
    options: object,
    packager: object,
    outDir: string,
    compile: boolean,
  ) => Matcher[];
  getNodeModuleFileMatcher: (appDir: string, to: string, expand: (text: string) => string, options: object, packager: object) => Matcher;
};

const same = (text: string): string => text;
const info = {
  projectDir: root,
  buildResourcesDir: 'resources/icons',
  isPrepackedAppAsar: false,
  config: builderConfig,
  debugLogger: { isEnabled: false },
};
const matchers = getMainFileMatchers(root, '/package', same, {}, { info, config: builderConfig }, join(root, 'release'), false);
const packages = getNodeModuleFileMatcher(root, '/package', same, {}, info).createFilter();

const file = { isDirectory: () => false };

/** Whether a file of the checkout goes into the package. For packages: whether the list lets a production one in. */
export const isPackaged = (path: string): boolean => {
  const full = join(root, path);
  if (path.startsWith('node_modules/')) return packages(full, file);
  return matchers.some((matcher) => full.startsWith(`${matcher.from}/`) && matcher.createFilter()(full, file));
};
