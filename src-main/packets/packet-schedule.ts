import type { PacketSchedule } from '../../src-shared/contract/packets.ts';

/** When a month's packet is built and by when it must be accepted. Times are UTC. */

/** The day of acceptance ends with the working day. */
const ACCEPT_HOUR = 17;

/** 00:00 on the day of the following month. */
export const buildAt = (month: string, { buildOnDay }: Pick<PacketSchedule, 'buildOnDay'>): string =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), buildOnDay)).toISOString();

export const dueAt = (month: string, schedule: Pick<PacketSchedule, 'buildOnDay' | 'acceptWithinDays'>): string =>
  new Date(
    Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), schedule.buildOnDay + schedule.acceptWithinDays, ACCEPT_HOUR),
  ).toISOString();
