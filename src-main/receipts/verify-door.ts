/** The narrow door of the room, for those who only verify files: behind it stand no database, no contract and no other room. */
export { verifyPaths, type VerifyCompute, type VerifyDocument, type VerifyPathsOptions } from './verify-files.ts';
export { exitCodeOf, renderVerifyReport } from './verify-report.ts';
export { verifyTasks } from './verify-tasks.ts';
