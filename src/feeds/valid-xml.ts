/** The characters that XML 1.0 excludes, which no reference can represent either. */
// eslint-disable-next-line no-control-regex -- These characters are the subject.
const INVALID = /[\x00-\x08\v\f\x0e-\x1f\ufffe\uffff]/g;

/** Returns the text without characters that no XML document can contain. */
export const validXml = (text: string): string => text.toWellFormed().replace(INVALID, '');
