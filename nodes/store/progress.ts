/**
 * Hears how far a long job on a folder is: `done` of `total` pieces, and what is looked at now. It is called often and
 * must be quick.
 */
export type Progress = (done: number, total: number, what: string) => void;
