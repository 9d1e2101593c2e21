/** Integrations: messages to the systems that tenants' records come from, with receipts of their delivery. */
export { endpointUrl, outcomeOfStatus, waitMs } from './outbox.ts';
export { createOutboxDelivery, type DeliveryCounts, type DeliveryOptions, type OutboxDelivery } from './outbox-delivery.ts';
export {
  type DueMessage,
  enqueueMessage,
  MESSAGE_SCHEMA,
  messageForRollback,
  type NewMessage,
  outboxReads,
  outboxWrites,
} from './outbox-queries.ts';
export type { Receipt } from './outbox-send.ts';
export { createOutboxService } from './outbox-service.ts';
