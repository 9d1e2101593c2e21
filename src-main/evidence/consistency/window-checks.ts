import { instantText, type Micros, MICROS_PER_SECOND, secondsOf } from '../reference/timestamps.ts';
import { type ConsistencyFinding, figure, finding, listed } from './finding.ts';
import type { ComparedWindow, Read } from './read-documents.ts';

/** What the artifacts say of time: which month they speak of, and when they were made. */

export interface Dated {
  readonly document: Read<unknown>;
  readonly capturedAt: Micros;
}
export interface Windowed {
  readonly document: Read<unknown>;
  readonly window: ComparedWindow;
}

/** `…T23:59:59Z`, its last microsecond and the next midnight are one end. */
const SAME_END = 2n * MICROS_PER_SECOND;

const sameWindow = (a: ComparedWindow, b: ComparedWindow): boolean => a.start === b.start && sameEnd(a, b);
const sameEnd = (a: ComparedWindow, b: ComparedWindow): boolean => (a.end > b.end ? a.end - b.end : b.end - a.end) < SAME_END;

export const overlap = (a: ComparedWindow, b: ComparedWindow): boolean => a.start <= b.end && b.start <= a.end;

/** The artifacts of one month against the first of them: each must cover the same time and carry the same label. */
export function windowsAgree([first, ...others]: readonly Windowed[]): ConsistencyFinding[] {
  if (first === undefined) return [];
  return others.flatMap((other) => {
    if (!sameWindow(first.window, other.window)) return [windowsDiffer(first, other)];
    return first.window.label === other.window.label || first.window.label === null || other.window.label === null
      ? []
      : [
          finding('CONSISTENCY_LABELS_DIFFER', {
            title: 'One window has two labels',
            says: `${first.document.artifact.name} calls it “${first.window.label}”, ${other.document.artifact.name} “${other.window.label}”.`,
            figures: [
              figure(
                'label',
                first.document.at('/window/label', first.window.label),
                other.document.at('/window/label', other.window.label),
              ),
            ],
            next_step: 'Use one label for the month in all its files: it names the files and the close.',
          }),
        ];
  });
}

function windowsDiffer(first: Windowed, other: Windowed): ConsistencyFinding {
  const shown = ({ start, end }: ComparedWindow) => `${instantText(start)} to ${instantText(end)}`;
  const side = (key: 'start' | 'end') =>
    figure(
      `${key} of the window`,
      first.document.at(`/window/${key}`, instantText(first.window[key])),
      other.document.at(`/window/${key}`, instantText(other.window[key])),
    );
  return finding('CONSISTENCY_WINDOWS_DIFFER', {
    title: `${first.document.artifact.name} and ${other.document.artifact.name} cover different times`,
    says:
      `${first.document.artifact.name} covers ${shown(first.window)}, ${other.document.artifact.name} ${shown(other.window)}.` +
      (overlap(first.window, other.window) ? '' : ' They do not overlap, so their figures are not compared.'),
    figures: [
      ...(first.window.start === other.window.start ? [] : [side('start')]),
      ...(sameEnd(first.window, other.window) ? [] : [side('end')]),
    ],
    next_step: 'Choose artifacts of the same month.',
  });
}

/** Decisions may look back over more months, but they must include the one they are used for. */
export function windowCovers(wide: Windowed, month: Windowed): ConsistencyFinding[] {
  if (wide.window.start <= month.window.start && wide.window.end + SAME_END > month.window.end) return [];
  return [
    {
      ...windowsDiffer(wide, month),
      title: `The window of ${wide.document.artifact.name} does not include the month`,
    },
  ];
}

const DAY_SECONDS = 86_400;

/** The reference's limit for the three artifacts of a monthly refresh; here all artifacts of the month are looked at. */
export function captureSpread(all: readonly Dated[], maxDays: number): ConsistencyFinding[] {
  const sorted = all.toSorted((a, b) => (a.capturedAt < b.capturedAt ? -1 : a.capturedAt > b.capturedAt ? 1 : 0));
  const [oldest, newest] = [sorted[0], sorted.at(-1)];
  if (oldest === undefined || newest === undefined) return [];
  const days = secondsOf(newest.capturedAt - oldest.capturedAt) / DAY_SECONDS;
  if (days <= maxDays) return [];
  return [
    finding('CONSISTENCY_CAPTURE_SPREAD', {
      title: 'The artifacts were captured too far apart',
      says: `${oldest.document.artifact.name} was captured ${days.toFixed(2)} days before ${newest.document.artifact.name}; at most ${maxDays} days are usual. They may describe different states of the company.`,
      figures: [
        figure(
          'captured at',
          newest.document.at('/captured_at', instantText(newest.capturedAt)),
          oldest.document.at('/captured_at', instantText(oldest.capturedAt)),
        ),
      ],
      next_step: `Capture ${oldest.document.artifact.name} again.`,
    }),
  ];
}

/** A figure of a month cannot be final before the month is over; the verifier of guardrails lets it pass. */
export function capturedBeforeEnd(all: readonly (Dated & Windowed)[]): ConsistencyFinding[] {
  const early = all.filter(({ capturedAt, window }) => capturedAt < window.end);
  if (early.length === 0) return [];
  return [
    finding('CONSISTENCY_CAPTURED_BEFORE_WINDOW_END', {
      title: `${listed(early.map(({ document }) => document.artifact.name))} ${early.length === 1 ? 'was' : 'were'} captured before the window ended`,
      says: `${listed(
        early.map(
          ({ document, capturedAt, window }) =>
            `${document.artifact.name} was captured at ${instantText(capturedAt)}, ${hoursText(window.end - capturedAt)} before its window ends`,
        ),
      )}: it cannot hold all of it.`,
      figures: early.map(({ document, capturedAt, window }) =>
        figure('captured at', document.at('/captured_at', instantText(capturedAt)), document.at('/window/end', instantText(window.end))),
      ),
      next_step: 'Capture it again after the end of the window.',
    }),
  ];
}

/** What was made from another artifact cannot be older than it. */
export function capturedBeforeSource(made: Dated, sources: readonly Dated[]): ConsistencyFinding[] {
  const younger = sources.filter((source) => source.capturedAt > made.capturedAt);
  if (younger.length === 0) return [];
  const name = made.document.artifact.name;
  return [
    finding('CONSISTENCY_CAPTURED_BEFORE_SOURCE', {
      title: `${name} is older than what it should be made of`,
      says: `${name} was captured at ${instantText(made.capturedAt)}; ${listed(
        younger.map(({ document, capturedAt }) => `${document.artifact.name} only at ${instantText(capturedAt)}`),
      )}. So its figures come from elsewhere.`,
      figures: younger.map(({ document, capturedAt }) =>
        figure(
          'captured at',
          made.document.at('/captured_at', instantText(made.capturedAt)),
          document.at('/captured_at', instantText(capturedAt)),
        ),
      ),
      next_step: 'Build it again from the newer files.',
    }),
  ];
}

const hoursText = (duration: Micros): string => `${(secondsOf(duration) / 3600).toFixed(2)} hours`;
