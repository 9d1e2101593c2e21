/** A sign that is fetched when it is first shown is missing whenever the app cannot be reached just then. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Icons, IconNames, type IconName } from '@blueprintjs/icons';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { loadIcons } from '../../src-renderer/ui/icon-set.ts';

const RENDERER = resolve(import.meta.dirname, '../../src-renderer');
const NAMES: ReadonlySet<string> = new Set(Object.values(IconNames));

/** Where a name of a sign may stand: `icon="…"`, `endIcon={…}`, `icon: …`, a parameter or a member called so. */
const isIconPlace = (node: ts.Node): boolean =>
  (ts.isJsxAttribute(node) || ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && /icon$/i.test(node.name.getText());

/** Every literal under a place of a sign that is the name of one. */
function iconsOf(path: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const walk = (node: ts.Node, inside: boolean): void => {
    if (inside && ts.isStringLiteralLike(node) && NAMES.has(node.text)) found.push(node.text);
    const here = inside || isIconPlace(node);
    ts.forEachChild(node, (child) => {
      walk(child, here);
    });
  };
  walk(source, false);
  return found;
}

const files = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'),
);
const used = new Map(files.flatMap((path) => iconsOf(join(RENDERER, path)).map((icon) => [icon, path] as const)));

describe('icons', () => {
  it('are found in the source at all', () => {
    expect(used.size).toBeGreaterThan(50);
    expect(used.has('column-layout')).toBe(true);
  });

  it('are in the first bundle, each that a screen names', async () => {
    await loadIcons();
    const late = [...used].filter(([icon]) => Icons.getPaths(icon as IconName, 16) === undefined);
    expect(late).toEqual([]);
  });
});
