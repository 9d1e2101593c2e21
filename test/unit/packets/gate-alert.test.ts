/** Alerts over real HTTP: what arrives, what counts as a failure, and what is tried again. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type GateAlert, sendGateAlert } from '../../../src-main/packets/gate-alert.ts';
import { deadAddress, startWebhook, type Webhook } from '../../support/webhook.ts';

const ALERT: GateAlert = {
  event: 'finance_gate_failure',
  captured_at: '2026-05-03T08:30:00+00:00',
  summary: { overall_finance_gates_passed: false, totals: { total_mrr_usd: 36020 } },
  gate_results: { fin_gate_1_gross_margin_floor: false, fin_gate_2_llm_cogs_containment: true },
};

let webhook: Webhook | null = null;
afterEach(async () => {
  await webhook?.close();
  webhook = null;
});

const start = async (answer: (response: ServerResponse, before: number) => void): Promise<Webhook> => {
  webhook = await startWebhook(answer);
  return webhook;
};
const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end('{}');
const quick = { timeoutMs: 5000, pauseMs: 1 };

describe('an alert', () => {
  it('is one POST of the document', async () => {
    const { url, received } = await start(status(204));
    const outcome = await sendGateAlert(ALERT, { url, ...quick });
    expect(outcome).toMatchObject({ delivered: true, status: 204, attempts: 1 });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: 'POST', path: '/hooks/finance?key=s3cret' });
    expect(received[0]!.headers['content-type']).toBe('application/json');
    expect(JSON.parse(received[0]!.body)).toEqual(ALERT);
  });

  it.each([400, 401, 404, 422])('is refused by %i and not repeated: it would be refused again', async (code) => {
    const { url, received } = await start(status(code));
    expect(await sendGateAlert(ALERT, { url, ...quick })).toMatchObject({ delivered: false, status: code, attempts: 1 });
    expect(received).toHaveLength(1);
  });

  it.each([408, 429, 500, 503])('is sent three times at most while the answer is %i, always with the same key', async (code) => {
    const { url, received } = await start(status(code));
    expect(await sendGateAlert(ALERT, { url, ...quick })).toMatchObject({ delivered: false, status: code, attempts: 3 });
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('arrives when a second attempt is taken', async () => {
    const { url } = await start((response, before) => status(before === 0 ? 500 : 200)(response));
    expect(await sendGateAlert(ALERT, { url, ...quick })).toMatchObject({ delivered: true, status: 200, attempts: 2 });
  });

  it('that is not answered in time has failed', async () => {
    const { url, received } = await start(() => undefined);
    const outcome = await sendGateAlert(ALERT, { url, timeoutMs: 60, pauseMs: 1, attempts: 2 });
    expect(outcome).toMatchObject({ delivered: false, status: null, attempts: 2 });
    expect(outcome.says).toContain('did not answer within 0.06 seconds');
    expect(received).toHaveLength(2);
  });

  it('whose connection is cut is sent again', async () => {
    const { url } = await start((response, before) => (before === 0 ? void response.destroy() : status(200)(response)));
    expect(await sendGateAlert(ALERT, { url, ...quick })).toMatchObject({ delivered: true, attempts: 2 });
  });

  it('to an address where nothing answers has failed', async () => {
    const outcome = await sendGateAlert(ALERT, { url: await deadAddress(), ...quick });
    expect(outcome).toMatchObject({ delivered: false, status: null, attempts: 3 });
    expect(outcome.says).toContain('nothing answers at that address');
  });

  it('is not carried on to another address: redirects are not followed', async () => {
    const elsewhere = await startWebhook(status(200));
    try {
      const { url } = await start((response) => void response.writeHead(307, { location: elsewhere.url }).end());
      expect(await sendGateAlert(ALERT, { url, ...quick })).toMatchObject({ status: 307, attempts: 1 });
      expect(elsewhere.received).toHaveLength(0);
    } finally {
      await elsewhere.close();
    }
  });

  it('never tells what the address holds besides its host', async () => {
    const { url } = await start(status(500));
    const { says } = await sendGateAlert(ALERT, { url: url.replace('http://', 'http://user:pass@'), ...quick, attempts: 1 });
    expect(says).not.toMatch(/s3cret|pass|hooks/);
  });
});
