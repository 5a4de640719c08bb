/** Prints the progress of a command as one line. */
export type Say = (line: string) => void;
