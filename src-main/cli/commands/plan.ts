import { readFile } from 'node:fs/promises';
import type { PlanDifference, PlanProblem, PlanSpecView, PlanVersionRow } from '../../../src-shared/contract/plans.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { MAX_PLAN_BYTES, planText, readPlan } from '../../plans/read-plan.ts';
import { specView } from '../../plans/plan-view.ts';
import type { GlobalOptions } from '../global-options.ts';
import { withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { integer, print, table } from '../output.ts';
import { printable } from '../printable.ts';

/** Plans in a terminal: listed, shown, compared, checked, proposed. */

export async function listPlans(globals: GlobalOptions, planId: string | undefined): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const found = await client.call('plan.list', planId === undefined ? {} : { planId });
    print(found, ({ plans }) => (plans.length === 0 ? 'There is no such plan.' : versionTable(plans)));
  });
}

const versionTable = (plans: readonly PlanVersionRow[]): string =>
  table(
    ['plan', 'version', 'name', 'tier', '>month', '>year', 'currency', '>tenants', 'from'],
    plans.map((plan) => [
      printable(plan.planId),
      printable(plan.version),
      printable(plan.name),
      printable(plan.tier),
      plan.price.monthly,
      plan.price.annual,
      plan.price.currency,
      integer(plan.tenants),
      plan.origin === 'source'
        ? printable(plan.sourceName ?? 'source')
        : plan.origin === 'console'
          ? printable(plan.by ?? 'console')
          : 'launch list',
    ]),
  );

const differenceLines = (differences: readonly PlanDifference[]): string[] =>
  differences.map(({ what, before, after }) => `${printable(what)}: ${printable(before ?? '–')} → ${printable(after ?? '–')}`);

function specText(spec: PlanSpecView): string {
  const { price } = spec;
  return [
    `${printable(spec.name)}  ${printable(spec.planId)} ${printable(spec.version)}, tier ${printable(spec.tier)}`,
    ...(spec.description === '' ? [] : [printable(spec.description)]),
    `${price.model}: ${price.monthly} ${price.currency} a month, ${price.annual} a year${price.annualDiscountPercent === null ? '' : ` (${price.annualDiscountPercent}% less)`}`,
    '',
    table(
      ['limit', 'per', '>included', '>soft', '>hard', '>overage each'],
      spec.limits.map((limit) => [
        printable(limit.metric),
        limit.per,
        limit.included,
        limit.soft ?? '–',
        limit.hard ?? 'none',
        limit.overagePrice ?? '–',
      ]),
    ),
    '',
    ...spec.features.map(({ name, included }) => `${included ? '✓' : '–'} ${printable(name)}`),
    ...(spec.guardrails.length === 0 ? [] : ['', ...spec.guardrails.map(({ name, limit }) => `${printable(name)}: ${integer(limit)}`)]),
  ].join('\n');
}

export async function showPlan(globals: GlobalOptions, planId: string, version: string | undefined): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const found = await client.call('plan.show', { planId, ...(version === undefined ? {} : { version }) });
    print(found, () =>
      [
        specText(found.spec),
        '',
        versionTable(found.versions),
        ...(found.previous === null ? [] : ['', `Against ${printable(found.previous)}:`, ...differenceLines(found.differences)]),
      ].join('\n'),
    );
  });
}

/** `pro@2.1.4`. */
function placeOf(text: string): { planId: string; version: string } {
  const at = text.lastIndexOf('@');
  if (at > 0 && at < text.length - 1) return { planId: text.slice(0, at), version: text.slice(at + 1) };
  throw new AppError('BAD_INPUT', `${text} names no version of a plan.`, { nextStep: 'Write plan@version, such as pro@2.1.4.' });
}

export async function comparePlans(globals: GlobalOptions, a: string, b: string): Promise<void> {
  const input = { a: placeOf(a), b: placeOf(b) };
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const found = await client.call('plan.compare', input);
    print(found, ({ differences }) => (differences.length === 0 ? 'They say the same.' : differenceLines(differences).join('\n')));
  });
}

async function fileText(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new AppError('BAD_INPUT', `${file} cannot be read.`, { nextStep: 'Check its path.', cause: error });
  }
  if (bytes.length > MAX_PLAN_BYTES)
    throw new AppError('BAD_INPUT', `${file} has ${integer(bytes.length)} bytes; a plan has ${integer(MAX_PLAN_BYTES)} at most.`, {
      nextStep: 'Check that this is the right file.',
    });
  const text = planText(bytes);
  if (text === null) throw new AppError('BAD_INPUT', `${file} is not UTF-8.`, { nextStep: 'Save it as UTF-8.' });
  return text;
}

/** Each with its line; what to do stands once behind those that need the same. */
const problemLines = (file: string, problems: readonly PlanProblem[]): string[] =>
  problems.map(({ severity, code, line, says, nextStep }, at) => {
    const step = problems[at + 1]?.nextStep === nextStep ? '' : ` ${nextStep}`;
    return `${severity === 'error' ? '✕' : '!'} ${file}${line === null ? '' : `:${line}`} ${code}: ${printable(says)}${step}`;
  });

/** Ends with 0 for a plan that holds, its warnings shown, and with 1 for one that does not. */
export async function validatePlan(globals: GlobalOptions, file: string): Promise<void> {
  const text = await fileText(file);
  const show = (found: {
    readonly valid: boolean;
    readonly problems: readonly PlanProblem[];
    readonly spec: PlanSpecView | null;
    readonly comparedWith: string | null;
    readonly differences: readonly PlanDifference[];
    readonly changesPrice: boolean;
  }): void => {
    print({ file, ...found }, () =>
      [
        ...problemLines(file, found.problems),
        found.spec === null ? `${file} is no plan.` : `${file} holds: ${printable(found.spec.planId)} ${printable(found.spec.version)}.`,
        ...(found.comparedWith === null
          ? []
          : [
              `Against ${printable(found.comparedWith)}${found.changesPrice ? ', with another price' : ''}:`,
              ...differenceLines(found.differences),
            ]),
      ].join('\n'),
    );
    endWith(found.valid ? 0 : 1);
  };
  if (globals.workspace !== undefined) {
    await withWorkspace(globals, { writes: false }, async ({ client }) => show(await client.call('plan.validate', { text })));
    return;
  }
  const { spec, problems } = readPlan(text);
  show({
    valid: spec !== null,
    problems,
    spec: spec === null ? null : specView(spec),
    comparedWith: null,
    differences: [],
    changesPrice: false,
  });
}

/** Ends with 0 for a version that was added, and with 1 for one that was refused; the refusal is kept too. */
export async function proposePlan(globals: GlobalOptions, file: string, options: { reason: string }): Promise<void> {
  const text = await fileText(file);
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const proposal = await client.call('plan.propose', { text, reason: options.reason });
    print(proposal, () => [proposal.says, ...differenceLines(proposal.differences)].join('\n'));
    endWith(proposal.outcome === 'added' ? 0 : 1);
  });
}
