/** What axe finds serious on a page; and that the page itself does not scroll. */
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { ShellPage } from './pages.ts';

interface Axe {
  readonly run: (
    place: Document,
    options: unknown,
  ) => Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly { readonly target: readonly string[]; readonly html: string }[];
    }[];
  }>;
}

const require = createRequire(import.meta.url);
const { source } = createRequire(require.resolve('@axe-core/playwright'))('axe-core') as { readonly source: string };

/** The rules whose outcome depends on the theme: a theme changes the colours of a screen and nothing else of it. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * Serious and critical violations, in words that name the place. axe is put into a page once, and asked for violations alone:
 * the list of everything that holds is most of its work.
 * @param rules `colour` where the same screen was looked at by all rules in the other theme.
 */
export async function violations(page: Page, rules: 'all' | 'colour' = 'all'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  const options = {
    resultTypes: ['violations'],
    ...(rules === 'all' ? {} : { runOnly: { type: 'rule', values: COLOUR_RULES } }),
  };
  const { violations: found } = await page.evaluate(async (with_) => {
    const { axe } = globalThis as unknown as { readonly axe: Axe };
    const { violations: all } = await axe.run(document, with_);
    return {
      violations: all.map(({ id, impact, nodes }) => ({
        id,
        impact,
        nodes: nodes.map(({ target, html }) => ({ place: target.join(' '), html })),
      })),
    };
  }, options);
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) => nodes.map(({ place, html }) => `${impact} ${id}: ${place} ${html.slice(0, 160)}`));
}

/** The page itself never scrolls: what is too long for a window scrolls in its own place, under a bar that stays. */
const pageScrolls = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement;
    const by = Math.max(scrollHeight - clientHeight, scrollWidth - clientWidth);
    return by > 0 ? [`the page itself scrolls by ${by} pixels`] : [];
  });

export interface Screen {
  readonly address: string;
  /** What shows that the screen is ready. */
  readonly ready: string;
  /** Brings it into the state that is looked at, and waits for it. */
  readonly act?: (page: Page) => Promise<void>;
}

/** Does what opens a dialog, and waits until it is open. */
export const opens =
  (name: string | RegExp, act: (page: Page) => Promise<void>) =>
  async (page: Page): Promise<void> => {
    await act(page);
    await page.getByRole('dialog', { name }).waitFor();
  };

const closeDialogs = async (page: Page): Promise<void> => {
  const dialog = page.getByRole('dialog');
  // The focus comes into a dialog after it can be seen, and Escape is the dialog's only then.
  for (let tries = 0; tries < 200 && (await dialog.count()) > 0; tries += 1) {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(50);
  }
  await dialog.waitFor({ state: 'detached' });
};

const THEMES = ['dark', 'light'] as const;

/** Shows the page as the system's theme, and waits until it is so. */
const showTheme = async (page: Page, theme: (typeof THEMES)[number]): Promise<void> => {
  await page.emulateMedia({ colorScheme: theme });
  await page.locator(theme === 'dark' ? 'body.bp6-dark' : 'body:not(.bp6-dark)').waitFor();
};

/** Opens one screen after the other, looks at each in both themes, and gives what is wrong with each. */
export async function lookAt(page: Page, screens: readonly Screen[]): Promise<string[]> {
  const shell = new ShellPage(page);
  const found: string[] = [];
  for (const screen of screens) {
    await shell.goTo(screen.address);
    await page.getByText(screen.ready).or(page.getByLabel(screen.ready)).first().waitFor();
    await screen.act?.(page);
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    const name = `${screen.address}${screen.act === undefined ? '' : ' (acted)'}`;
    for (const theme of THEMES) {
      await showTheme(page, theme);
      const wrong = await violations(page, theme === 'dark' ? 'all' : 'colour');
      found.push(...wrong.map((each) => `${name}, ${theme}: ${each}`));
    }
    found.push(...(await pageScrolls(page)).map((each) => `${name}: ${each}`));
    if (screen.act !== undefined) await closeDialogs(page);
  }
  return found;
}

export const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
] as const;
