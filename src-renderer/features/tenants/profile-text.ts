import type { Answer } from '../../port/use-app.ts';
import { moneyWords } from './tenant-words.ts';

/** A profile as lines of text, as it goes into a mail or a ticket. */
export const profileText = ({ tenant, contacts, riskReasons, planSince, statusSince }: Answer<'tenant.show'>): string =>
  [
    `${tenant.name} (${tenant.tenantId})`,
    `Plan: ${tenant.planId} ${tenant.planVersion}, since ${planSince.slice(0, 10)}`,
    `Status: ${tenant.status}, since ${statusSince.slice(0, 10)}`,
    `Region: ${tenant.region}`,
    `Partner: ${tenant.partnerId}`,
    ...contacts.map(({ name, role, email }) => `Contact: ${[name, role, email].filter((part) => part !== null).join(', ')}`),
    `MRR: ${[tenant.mrr, ...tenant.mrrOther].map((money) => moneyWords(money)).join(', ')}`,
    ...(tenant.margin === null
      ? []
      : [`Margin: ${tenant.margin}% (${tenant.margins.map(({ month, percent }) => `${month} ${percent}%`).join(', ')})`]),
    `Risk: ${tenant.risk}, ${tenant.riskWord}`,
    ...riskReasons.map(({ points, says }) => `  ${points > 0 ? '+' : ''}${points} ${says}`),
    ...(tenant.limit === null ? [] : [`Nearest limit: ${tenant.limit.metric} at ${tenant.limit.percent}%`]),
    '',
  ].join('\n');
