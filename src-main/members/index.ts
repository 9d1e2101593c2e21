/** Members: who acts, in which role. */
export { memberNameKey, ROLE_PURPOSE } from './members.ts';
export { actorOf, type Change, type ChangedBy, membersReads, membersWrites, type NewMember, recordChange } from './members-queries.ts';
export { changedBy, createMembersService, type MembersStore } from './members-service.ts';
