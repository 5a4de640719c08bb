/** The version of the files that an export writes and an import reads. It increases if a reader of the previous version would misinterpret a file. */
export const ARCHIVE_FORMAT = 1;
