/**
 * Fills the refresh token of the session into the requests whose example contains one, because the token of the example
 * is valid nowhere.
 * @param {any} ui Swagger UI
 * @param {string | undefined} refreshToken
 */
export function fillRefreshTokens(ui, refreshToken) {
  const { specSelectors, oas3Actions } = ui.getSystem();
  for (const [path, item] of specSelectors.specJson().get('paths').entries())
    for (const [method, operation] of item.entries()) {
      const example = operation.getIn(['requestBody', 'content', 'application/json', 'example'])?.toJS?.();
      if (!example?.refreshToken) continue;
      const value = JSON.stringify({ ...example, ...(refreshToken && { refreshToken }) }, null, 2);
      oas3Actions.setRequestBodyValue({ value, pathMethod: [path, method] });
    }
}
