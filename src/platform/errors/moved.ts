/** The resource has another URL. The response is 301 with its path in Location and the query of the request. */
export class Moved extends Error {
  constructor(readonly path: string) {
    super(`Moved to ${path}`);
    this.name = 'Moved';
  }
}
