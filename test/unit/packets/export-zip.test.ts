/** The archive: opened by tools that are not ours, its list of digests checked by sha256sum, its inputs built again. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportPacket } from '../../../src-main/packets/export/export-packet.ts';
import { checksumsOf, packetZip, zipEntries } from '../../../src-main/packets/export/packet-zip.ts';
import { reportOf } from '../../../src-main/packets/export/report.ts';
import type { PacketForExport } from '../../../src-main/packets/packet-for-export.ts';
import { packetForExport, worstPacket } from '../../support/packet-for-export.ts';

const root = resolve(import.meta.dirname, '../../..');
const tools = { python3: 'python3', sha256sum: 'sha256sum' };
const missing = Object.values(tools).filter((tool) => spawnSync(tool, ['--version']).status !== 0);
const suite = (title: string): string => `${title}${missing.length === 0 ? '' : ` (skipped: ${missing.join(', ')} not installed)`}`;

const PDF = Buffer.from('%PDF-1.7 of a test');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-packet-zip-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (command: string, args: readonly string[], cwd = folder): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}\n${stderr}`);
  return stdout;
};

let opened = 0;
/** Unpacks with Python; gives the folder and the names inside. */
function unpack(zip: Uint8Array): { readonly folder: string; readonly names: string[] } {
  const target = join(folder, String((opened += 1)));
  writeFileSync(`${target}.zip`, zip);
  const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    bad = z.testzip()
    if bad is not None: sys.exit('damaged: ' + bad)
    z.extractall(sys.argv[2])
    print('\\n'.join(z.namelist()))
`;
  return {
    folder: target,
    names: run('python3', ['-c', script, `${target}.zip`, target])
      .trim()
      .split('\n'),
  };
}

describe('the list of digests', () => {
  it('is ordered by name, in the form of sha256sum', () => {
    const [a, b] = [Buffer.from('a'), Buffer.from('b')];
    const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(
      checksumsOf([
        { name: 'b/x', bytes: b },
        { name: 'a y', bytes: a },
      ]),
    ).toBe(`${digest(a)}  a y\n${digest(b)}  b/x\n`);
  });
});

describe('the archive', () => {
  const zone = process.env['TZ'];
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('is the same for the same packet, in another time zone too', () => {
    const packet = packetForExport();
    const here = packetZip(packet, PDF);
    process.env['TZ'] = 'America/St_Johns';
    expect(Buffer.compare(packetZip(packet, PDF), here)).toBe(0);
  });

  it('keeps every name of an input inside its folder, and apart', () => {
    const { inputFiles } = packetForExport();
    const [first] = inputFiles;
    const names = ['../../../etc/passwd', '/absolute', 'a\nb', 'a\\b', 'SHA256SUMS', 'x.json', 'X.json', '..', ''];
    const packet = packetForExport({ inputFiles: names.map((name) => ({ ...first!, name })) });
    const inputs = zipEntries(packet, PDF)
      .map(({ name }) => name)
      .filter((name) => name.startsWith('inputs/'));
    expect(inputs).toHaveLength(names.length);
    expect(new Set(inputs.map((name) => name.toLowerCase())).size).toBe(names.length);
    for (const name of inputs) expect(name).toMatch(/^inputs\/finance-telemetry\/[^/\\\n]+$/);
    for (const name of inputs) expect(['.', '..']).not.toContain(name.split('/').at(-1));
  });

  it('has the record of the review without what depends on who asks', () => {
    const packet = packetForExport();
    const entry = zipEntries(packet, PDF).find(({ name }) => name.endsWith('-review.json'))!;
    const record = JSON.parse(Buffer.from(entry.bytes).toString('utf8')) as { state: string; events: { kind: string; text: string }[] };
    expect(record).toMatchObject({ month: '2026-04', state: 'accepted', document_sha256: packet.head.documentSha256 });
    expect(record.events.map(({ kind }) => kind)).toEqual(['submitted', 'question', 'answer', 'checked', 'accepted']);
    expect(Object.keys(record)).not.toContain('may');
  });
});

describe.skipIf(missing.length > 0)(suite('unpacked'), () => {
  let packet: PacketForExport;
  let unpacked: ReturnType<typeof unpack>;
  beforeAll(async () => {
    packet = packetForExport();
    unpacked = unpack((await exportPacket(packet, 'zip')).bytes);
  }, 60_000);
  const inside = (...path: string[]): string => join(unpacked.folder, 'packet-2026-04-r1', ...path);

  it('has report, document, tables, record, the reference’s files and the inputs, and the list of them', () => {
    expect(unpacked.names.map((name) => name.replace('packet-2026-04-r1/', ''))).toEqual([
      'packet-2026-04-r1.pdf',
      'packet-2026-04-r1.json',
      'packet-2026-04-r1-figures.csv',
      'packet-2026-04-r1-tiers.csv',
      'packet-2026-04-r1-review.json',
      'reference/finance_guardrails_2026-04.json',
      'reference/finance_committee_packet_2026-04.json',
      'reference/finance_committee_tier_unit_economics_2026-04.csv',
      'reference/finance_committee_scenarios_2026-04.csv',
      'inputs/finance-telemetry/finance_telemetry_2026-04.json',
      'inputs/finance-assumptions/finance_assumptions_2026-04.json',
      'SHA256SUMS',
    ]);
    for (const { role, name, bytes } of packet.inputFiles)
      expect(Buffer.compare(readFileSync(inside('inputs', role, name)), bytes)).toBe(0);
  });

  it('holds before sha256sum, and no longer once a byte is changed', () => {
    const checked = run('sha256sum', ['-c', '--strict', 'SHA256SUMS'], inside());
    expect(
      checked
        .trim()
        .split('\n')
        .every((line) => line.endsWith(': OK')),
    ).toBe(true);
    expect(checked.trim().split('\n')).toHaveLength(unpacked.names.length - 1);
    const file = inside('packet-2026-04-r1-tiers.csv');
    const bytes = readFileSync(file);
    const changed = Buffer.from(bytes);
    changed[100]! ^= 1;
    writeFileSync(file, changed);
    expect(spawnSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: inside() }).status).not.toBe(0);
    writeFileSync(file, bytes);
  });

  it('has the digest of the document that the report names', () => {
    expect(run('sha256sum', ['packet-2026-04-r1.json'], inside()).slice(0, 64)).toBe(packet.head.documentSha256);
  });

  it('comes out of its two inputs again, by the command that the report prints', () => {
    const commands: string[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('text' in value && typeof value.text === 'string' && value.text.startsWith('countersign packet build')) commands.push(value.text);
      for (const item of Object.values(value)) walk(item);
    };
    walk(reportOf(packet).content);
    expect(commands).toHaveLength(1);
    const cli = `"${process.execPath}" "${join(root, 'src-main/cli/main.ts')}"`;
    run('sh', ['-c', commands[0]!.replace('countersign', cli)], inside());
    expect(readdirSync(inside('again'))).toHaveLength(4);
    run('diff', ['-r', 'again', 'reference'], inside());
    expect(existsSync(inside('again'))).toBe(true);
  });

  it('of the worst packet holds as well; without files of the reference where it refuses', () => {
    const worst = unpack(packetZip(worstPacket(), PDF));
    expect(worst.names.some((name) => name.includes('/reference/'))).toBe(false);
    run('sha256sum', ['-c', '--strict', 'SHA256SUMS'], join(worst.folder, 'packet-2026-04-r6'));
  });

  it('with names that no list of digests could hold, holds', () => {
    const [first] = packet.inputFiles;
    const names = ['a\nb', 'a\\b', '-x', ' lead', '张三.json', 'a"b\'c$d`e'];
    const odd = unpack(packetZip(packetForExport({ inputFiles: names.map((name) => ({ ...first!, name })) }), PDF));
    const checked = run('sha256sum', ['-c', '--strict', 'SHA256SUMS'], join(odd.folder, 'packet-2026-04-r1'));
    expect(checked.split('\n').filter((line) => line.startsWith('inputs/'))).toHaveLength(names.length);
  });
});
