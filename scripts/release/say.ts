/** Tells whoever runs the command how far it is, in a line of its own. */
export type Say = (line: string) => void;
