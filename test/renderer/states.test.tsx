import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { CallError } from '../../src-shared/contract/client.ts';
import { ErrorBoundary } from '../../src-renderer/ui/error-boundary.tsx';
import { AnswerView, type AnswerState, Empty } from '../../src-renderer/ui/states.tsx';
import { Pill, StatusWord } from '../../src-renderer/ui/status.tsx';

const failure = new CallError(
  { code: 'STORE_LOCKED', message: 'The workspace is locked.', nextStep: 'Close the other console.', retryable: true, details: {} },
  'req_1234',
);

const state = (patch: Partial<AnswerState<readonly string[]>>): AnswerState<readonly string[]> => ({
  data: undefined,
  error: null,
  isFetching: false,
  dataUpdatedAt: Date.parse('2026-06-03T09:42:00Z'),
  refetch: () => undefined,
  ...patch,
});

const show = (of: AnswerState<readonly string[]>): string =>
  renderToStaticMarkup(
    <AnswerView
      of={of}
      what="the list"
      isEmpty={(data) => data.length === 0}
      empty={<Empty title="Nothing here yet">It gives you an overview.</Empty>}
    >
      {(data) => <b>{data.join()}</b>}
    </AnswerView>,
  );

describe('the five states of a view', () => {
  it('loading: says so to a screen reader at once, draws nothing yet', () => {
    const html = show(state({}));
    expect(html).toContain('aria-busy="true"');
    expect(html).toContain('Reading the list');
    expect(html).not.toContain('skeleton');
  });

  it('empty: what is missing and what it gives', () => {
    const html = show(state({ data: [] }));
    expect(html).toContain('Nothing here yet');
    expect(html).toContain('It gives you an overview.');
  });

  it('error: what, why, next step, code and request id', () => {
    const html = show(state({ error: failure }));
    for (const part of [
      'role="alert"',
      'Could not read the list',
      'The workspace is locked.',
      'Close the other console.',
      'STORE_LOCKED',
      'req_1234',
      'Try again',
    ]) {
      expect(html).toContain(part);
    }
  });

  it('stale: known content keeps its place and says how old it is', () => {
    const html = show(state({ data: ['a', 'b'], error: failure }));
    expect(html).toContain('<b>a,b</b>');
    expect(html).toContain('As of');
    expect(html).toContain('dateTime="2026-06-03T09:42:00.000Z"');
  });

  it('ready: the content alone', () => {
    expect(show(state({ data: ['a'] }))).toBe('<b>a</b>');
  });
});

describe('status', () => {
  it('is icon and word, never colour alone', () => {
    const html = renderToStaticMarkup(<StatusWord status="bad">broken</StatusWord>);
    expect(html).toContain('data-icon="error"');
    expect(html).toContain('broken');
    expect(renderToStaticMarkup(<Pill status="warn">late</Pill>)).toContain('data-icon="warning-sign"');
  });
});

describe('the error boundary', () => {
  it('shows its content while that is well', () => {
    expect(
      renderToStaticMarkup(
        <ErrorBoundary what="This screen">
          <i>fine</i>
        </ErrorBoundary>,
      ),
    ).toBe('<i>fine</i>');
  });

  it('gives a failure an id that is unlike the last one', () => {
    const first = ErrorBoundary.getDerivedStateFromError(new Error('boom'));
    const second = ErrorBoundary.getDerivedStateFromError('a thrown string');
    expect(first.failure.id).toMatch(/^scr_[0-9a-f]{8}$/);
    expect(first.failure.message).toBe('boom');
    expect(second.failure.message).toBe('a thrown string');
    expect(second.failure.id).not.toBe(first.failure.id);
  });
});
